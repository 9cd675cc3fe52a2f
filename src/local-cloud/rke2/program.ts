import { fileURLToPath } from 'node:url'

/** This program's own file: static pods and containers that are processes of their own start it again. */
export const programFile = (): string => fileURLToPath(import.meta.url)
