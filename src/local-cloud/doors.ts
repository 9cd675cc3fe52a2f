// What the doors of actions/local-cloud open onto: the action alone, as the cloud itself runs in a process of its own.
export { main } from '../kit/main.ts'
export { localCloudAction as localCloud } from './action.ts'
