import { main, joinServers } from '../index.js'
await main(joinServers, 'post')
