import { RELEASES, versionInRedirect, versionWish } from '../cluster/version.ts'
import { UserError } from '../kit/errors.ts'
import { type HttpAnswer, httpRequest } from '../kit/http-request.ts'

const TIMEOUT_MS = 15_000

/**
 * The exact version that the user means: a channel is followed to where it points now.
 * @throws UserError when the channel or the version does not exist, or cannot be looked up.
 */
export async function resolveVersion(wish: {
  rke2Version: string
  channelUrl: string
  artifactUrl: string
}): Promise<string> {
  const parsed = versionWish(wish.rke2Version)
  if ('channel' in parsed) return followChannel(`${wish.channelUrl}/${parsed.channel}`, parsed.channel)
  // A mirror of the user's own may be reachable from the nodes only: they verify it.
  if (wish.artifactUrl === RELEASES) await mustExist(parsed.exact)
  return parsed.exact
}

async function followChannel(url: string, channel: string): Promise<string> {
  const answer = await ask(url, 'GET')
  const version = versionInRedirect(answer.location)
  if (version) return version
  throw new UserError(`rke2-version: there is no channel ${channel} (${url} answers ${answer.status})`, {
    hint: 'Choose stable, latest, a minor that RKE2 releases (such as v1.35), or an exact version.',
  })
}

async function mustExist(version: string): Promise<void> {
  const { status } = await ask(`${RELEASES}/${encodeURIComponent(version)}/sha256sum-amd64.txt`, 'HEAD')
  if (status < 400) return
  throw new UserError(`rke2-version: RKE2 ${version} was never released (${status})`, {
    hint: 'Versions are listed at https://github.com/rancher/rke2/releases; or choose stable.',
  })
}

async function ask(url: string, method: string): Promise<HttpAnswer> {
  try {
    return await httpRequest(url, { method, timeoutMs: TIMEOUT_MS })
  } catch (cause) {
    throw new UserError(`rke2-version: cannot look it up at ${url}: ${(cause as Error).message}`, {
      hint: 'Give an exact version and an artifact-url, which need no look-up, or a channel-url that this runner reaches.',
      cause,
    })
  }
}
