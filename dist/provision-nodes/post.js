import { main, provisionNodes } from '../index.js'
await main(provisionNodes, 'post')
