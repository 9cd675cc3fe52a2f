import { main, installCilium } from '../index.js'
await main(installCilium, 'post')
