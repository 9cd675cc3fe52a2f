import { main, verifyHa } from '../index.js'
await main(verifyHa)
