import { RUNNER } from '../../cluster/inputs.ts'
import type { ClusterSpec } from '../../cluster/spec.ts'
import { UserError } from '../../kit/errors.ts'
import { httpRequest } from '../../kit/http-request.ts'

const SECONDS_TO_ANSWER = 10
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/

/** The ranges of `allowed-cidrs`, with `runner` as the one address that it stands for. @throws UserError when that can't be learnt */
export async function allowedRanges(
  spec: Pick<ClusterSpec, 'allowedCidrs' | 'addressUrl'>,
): Promise<readonly string[]> {
  if (!spec.allowedCidrs.includes(RUNNER)) return spec.allowedCidrs
  const own = `${await ownAddress(spec.addressUrl)}/32`
  return spec.allowedCidrs.map((range) => (range === RUNNER ? own : range))
}

async function ownAddress(url: string): Promise<string> {
  const answer = await httpRequest(url, { method: 'GET', timeoutMs: SECONDS_TO_ANSWER * 1000 }).catch(
    (cause: unknown) => {
      throw unknownAddress(`${url} does not answer`, cause)
    },
  )
  const address = answer.text.trim()
  if (ADDRESS.test(address)) return address
  throw unknownAddress(`${url} answers with something else than an IPv4 address`)
}

const unknownAddress = (what: string, cause?: unknown) =>
  new UserError(`allowed-cidrs: the address of this runner is not known: ${what}`, {
    hint: 'Name its range in allowed-cidrs instead of runner, or another address-url.',
    cause,
  })
