import { main, localCloud } from '../doors.js'
await main(localCloud)
