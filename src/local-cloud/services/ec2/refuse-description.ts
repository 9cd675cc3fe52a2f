import { AwsFault } from '../../wire/service.ts'

/** Names and descriptions (AWS documentation). */
const CHARACTERS = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/

/** @throws AwsFault InvalidParameterValue */
export function refuseDescription(text: string, what = 'description'): void {
  if (CHARACTERS.test(text)) return
  throw new AwsFault(
    'InvalidParameterValue',
    `Value (${text}) for parameter ${what} is invalid. Character sets beyond ASCII are not supported, nor are others than a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*`,
  )
}
