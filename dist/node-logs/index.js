import { main, nodeLogs } from '../index.js'
await main(nodeLogs)
