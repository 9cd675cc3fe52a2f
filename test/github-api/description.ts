import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { cacheDirectory } from '../../src/local-cloud/tools/cache-directory.ts'
import { run } from '../../src/local-cloud/tools/run.ts'

// GitHub's own OpenAPI description, as Octokit publishes it: 28 MB, of which we keep the few kB that are asked for.
const VERSION = '23.0.2'
const SHA512 = 'pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=='
const ENTRY = 'package/generated/api.github.com.json'

/** The calls that something in this repository makes. */
const PATHS = ['/repos/{owner}/{repo}/statuses/{sha}']

/** What GitHub says about one call: its request body, its good answer, and the form of its errors. */
export interface Operation {
  request: z.ZodType
  answer: z.ZodType
  error: z.ZodType
}

/** @throws Error when GitHub's description has no such call: then it does not exist. */
export function operation(method: 'post', path: string, status: number): Operation {
  const description: unknown = JSON.parse(readFileSync(ensureDescription(), 'utf8'))
  const call = at(description, 'paths', path, method)
  const body = ['content', 'application/json', 'schema']
  return {
    request: schema(at(call, 'requestBody', ...body)),
    answer: schema(at(call, 'responses', String(status), ...body)),
    error: schema(at(description, 'error')),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The value below a path of keys. */
function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((part, key) => {
    if (!isObject(part) || !(key in part)) throw new Error(`GitHub describes no ${keys.join(' → ')}`)
    return part[key]
  }, value)
}

const schema = (description: unknown): z.ZodType =>
  z.fromJSONSchema(description as z.core.JSONSchema.JSONSchema, { defaultTarget: 'openapi-3.0' })

function ensureDescription(): string {
  const cached = join(cacheDirectory(), `github-openapi-${VERSION}.json`)
  if (existsSync(cached)) return cached
  const scratch = mkdtempSync(join(tmpdir(), 'rke2-action-openapi-'))
  try {
    const whole: unknown = JSON.parse(readFileSync(fetchDescription(scratch), 'utf8'))
    writeFileSync(`${cached}.part`, JSON.stringify(trimmed(whole)))
    renameSync(`${cached}.part`, cached)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return cached
}

function fetchDescription(scratch: string): string {
  run('npm', ['pack', '--silent', `@octokit/openapi@${VERSION}`, '--pack-destination', scratch], scratch)
  const archive = join(scratch, readdirSync(scratch).find((file) => file.endsWith('.tgz')) ?? '')
  const found = createHash('sha512').update(readFileSync(archive)).digest('base64')
  if (found !== SHA512)
    throw new Error(`@octokit/openapi@${VERSION} has checksum ${found}, not the one pinned`)
  run('tar', ['-xzf', archive, '-C', scratch, ENTRY])
  return join(scratch, ENTRY)
}

const trimmed = (whole: unknown) => ({
  paths: Object.fromEntries(PATHS.map((path) => [path, inlined(at(whole, 'paths', path), whole)])),
  error: inlined(at(whole, 'components', 'schemas', 'basic-error'), whole),
})

/** References replaced by what they refer to: none of ours is recursive. */
function inlined(value: unknown, whole: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => inlined(item, whole))
  if (!isObject(value)) return value
  const reference = value['$ref']
  if (typeof reference === 'string') return inlined(at(whole, ...reference.split('/').slice(1)), whole)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inlined(item, whole)]))
}
