import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { createMachine } from './machine.ts'

const requestSchema = z.object({ headers: z.record(z.string(), z.string()), body: z.string() })
type Request = z.output<typeof requestSchema>

const START = `
/usr/bin/python3 "$1" "$2" $3 &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do curl -s -o /dev/null http://169.254.169.254/ && break; sleep 0.2; done
shift 3
AWS_ENDPOINT_URL_SSM=http://127.0.0.1 /usr/bin/python3 src/nodes/scripts/parameter-store.py "$@"
code=$?
kill "$server"
exit $code`

/** Runs the program against a fake of IMDS and SSM, which first refuses with `refusals`. */
function parameterStore(args: readonly string[], { refusals = '', input = '' } = {}) {
  const { enter, home } = createMachine()
  const fake = join(import.meta.dirname, 'fake-aws.py')
  const program = `printf %s '${input}' | { ${START}\n}`
  const { status, stdout, stderr } = enter(['bash', '-c', program, 'bash', fake, home, refusals, ...args])
  const requests = readFileSync(join(home, 'requests.jsonl'), 'utf8').trim().split('\n')
  return { status, stdout, stderr, requests: requests.map((line) => requestSchema.parse(JSON.parse(line))) }
}

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Signature Version 4 from the request itself, written apart from the program under test. */
function signatureOf({ headers, body }: Request): string {
  const authorization = headers['authorization'] ?? ''
  const [, scope = ''] = /Credential=ASIATEST\/(\S+),/.exec(authorization) ?? []
  const [, signed = ''] = /SignedHeaders=(\S+),/.exec(authorization) ?? []
  const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`)
  const canonical = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = scope.split('/').reduce<Buffer | string>((part, word) => hmac(part, word), 'AWS4secret/key')
  return hmac(key, text).toString('hex')
}

test('reads a SecureString with the role of the instance, signed over the session token and the target', () => {
  const { stdout, requests } = parameterStore(['get', '/rke2-action/a/token'])
  expect(stdout).toBe('the-secret')
  const [request] = requests
  expect(JSON.parse(request?.body ?? '')).toEqual({ Name: '/rke2-action/a/token', WithDecryption: true })
  const authorization = request?.headers['authorization'] ?? ''
  expect(authorization).toContain(
    'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,',
  )
  expect(authorization).toContain(`Signature=${request && signatureOf(request)}`)
})

test('a role that is not known everywhere yet is tried again', () => {
  const { stdout, requests } = parameterStore(['get', '/x'], { refusals: 'AccessDeniedException' })
  expect(stdout).toBe('the-secret')
  expect(requests).toHaveLength(2)
})

test('a parameter that is not there is an end, and says so', () => {
  const { status, stderr, requests } = parameterStore(['get', '/x'], { refusals: 'ParameterNotFound' })
  expect(status).toBe(1)
  expect(stderr).toContain('ParameterNotFound')
  expect(requests).toHaveLength(1)
})

test('a new parameter gets its tags, an existing one a new value', () => {
  const { requests } = parameterStore(['put', '/x', 'a=1', 'b=2=3'], {
    refusals: 'ParameterAlreadyExists',
    input: 'hello',
  })
  expect(requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    {
      Name: '/x',
      Value: 'hello',
      Type: 'SecureString',
      Tier: 'Standard',
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2=3' },
      ],
    },
    { Name: '/x', Value: 'hello', Type: 'SecureString', Tier: 'Standard', Overwrite: true },
  ])
})

test('a value above 4 KB is of the advanced tier', () => {
  const { requests } = parameterStore(['put', '/x'], { input: 'k'.repeat(4097) })
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ Tier: 'Advanced' })
})
