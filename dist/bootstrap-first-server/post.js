import { main, bootstrapFirstServer } from '../index.js'
await main(bootstrapFirstServer, 'post')
