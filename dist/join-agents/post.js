import { main, joinAgents } from '../index.js'
await main(joinAgents, 'post')
