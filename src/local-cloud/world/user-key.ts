import { randomBytes } from 'node:crypto'

/** The long-term access key of the account's one user. */
export interface UserKey {
  accessKeyId: string
  secretAccessKey: string
}

/** Another one for each cloud: what is meant for one can't reach another by mistake. */
export function newUserKey(): UserKey {
  return {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  }
}
