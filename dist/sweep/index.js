import { main, sweep } from '../index.js'
await main(sweep)
