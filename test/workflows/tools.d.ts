// Plain JavaScript, because it also runs before any package is installed.
declare module '*/bin/tools.mjs' {
  /** The path of act; fetched when it is not there. @throws Error when it can't be. */
  export function ensureAct(): string
}
