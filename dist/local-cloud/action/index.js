import { main, localCloud } from '../../index.js'
await main(localCloud)
