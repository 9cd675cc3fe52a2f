import { artifactsUrl, RELEASES, versionInRedirect, versionWish } from '../cluster/version.ts'
import { UserError } from '../kit/errors.ts'
import { type HttpAnswer, httpRequest } from '../kit/http-request.ts'
import type { Log } from '../kit/log.ts'

const TIMEOUT_MS = 15_000
// A mirror that only nodes reach is no fault, and must not keep the run waiting for long.
const MIRROR_TIMEOUT_MS = 5_000

interface Wish {
  readonly rke2Version: string
  readonly channelUrl: string
  readonly artifactUrl: string
}

/**
 * The exact version that the user means: a channel is followed to where it points now.
 * @throws UserError when the channel or the version does not exist, or cannot be looked up.
 */
export async function resolveVersion(wish: Wish, log: Log): Promise<string> {
  const parsed = versionWish(wish.rke2Version)
  const version =
    'exact' in parsed
      ? parsed.exact
      : await followChannel(`${wish.channelUrl}/${parsed.channel}`, parsed.channel)
  if (wish.artifactUrl !== RELEASES) await refuseMissing(wish, version, log)
  else if ('exact' in parsed) await mustExist(version)
  return version
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
  if (status !== 404)
    throw new UserError(`rke2-version: cannot look RKE2 ${version} up: ${RELEASES} answers ${status}`, {
      hint: 'Run again in a while, or give an artifact-url of your own.',
    })
  throw new UserError(`rke2-version: RKE2 ${version} was never released (${status})`, {
    hint: 'Versions are listed at https://github.com/rancher/rke2/releases; or choose stable.',
  })
}

/** Looks a version up in a mirror of the user's own, as far as the runner reaches it: the nodes find out the rest. */
async function refuseMissing({ rke2Version, artifactUrl }: Wish, version: string, log: Log): Promise<void> {
  const look = (architecture: string) => {
    const url = `${artifactsUrl(artifactUrl, version)}/sha256sum-${architecture}.txt`
    return httpRequest(url, { method: 'HEAD', timeoutMs: MIRROR_TIMEOUT_MS })
  }
  // A mirror may hold one architecture only.
  const answers = await Promise.allSettled([look('amd64'), look('arm64')])
  const absent = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.status === 404)
  if (absent.length === answers.length) throw notInMirror(rke2Version, version, artifactUrl)
  const [unreached] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  if (unreached)
    log.info(
      `artifact-url: this runner does not reach ${artifactUrl} (${(unreached as Error).message}): whether RKE2 ${version} is there, the nodes find out`,
    )
}

function notInMirror(wish: string, version: string, artifactUrl: string): UserError {
  const meant = wish === version ? '' : ` (${wish} means it now)`
  return new UserError(`rke2-version: RKE2 ${version}${meant} is not in ${artifactUrl} (404)`, {
    hint: `Choose an exact version that is there, or copy this one into ${artifactsUrl(artifactUrl, version)}/. Nothing was created.`,
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
