import { AwsFault } from '../../wire/service.ts'
import type { World } from '../../world/world.ts'

interface Request {
  readonly ClientToken?: string | undefined
  readonly DryRun?: boolean | undefined
}

/**
 * Ids of what the same request made when it came first; undefined when its token is new, or it has none.
 * @throws AwsFault IdempotentParameterMismatch when the token came with another request
 */
export function madeBefore(
  { clientTokens }: World,
  operation: string,
  input: Request,
): readonly string[] | undefined {
  const made = clientTokens.get(`${operation} ${input.ClientToken}`)
  if (!made || input.ClientToken === undefined) return undefined
  if (made.request === requestOf(input)) return made.ids
  throw new AwsFault(
    'IdempotentParameterMismatch',
    'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
  )
}

export function rememberMade(
  { clientTokens }: World,
  operation: string,
  input: Request,
  ids: readonly string[],
): void {
  if (input.ClientToken === undefined) return
  clientTokens.set(`${operation} ${input.ClientToken}`, { request: requestOf(input), ids })
}

const requestOf = ({ ClientToken: _, DryRun: __, ...rest }: Request) => JSON.stringify(rest)
