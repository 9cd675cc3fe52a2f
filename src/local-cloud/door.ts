import { main } from '../kit/main.ts'
import { localCloudAction } from './action.ts'

await main(localCloudAction)
