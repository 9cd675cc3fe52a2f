import { main, plan } from '../index.js'
await main(plan)
