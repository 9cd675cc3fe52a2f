import { main, cluster } from '../index.js'
await main(cluster, 'post')
