import { main, teardown } from '../index.js'
await main(teardown)
