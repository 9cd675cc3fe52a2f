import { spawn } from 'node:child_process'
import type { Authority, Leaf } from './certificate-plan.ts'
import { authorities } from './certificate-plan.ts'

const EC_KEY = '-config "$config" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'

// The machine's own openssl.cnf would add extensions of its own.
const PRELUDE = `umask 077
config=$(mktemp)
trap 'rm -f "$config"' EXIT
printf '[req]\\ndistinguished_name=dn\\n[dn]\\n' > "$config"
`

// RKE2's own terms: ten years for an authority, one for a leaf (rancher/rke2 and its documentation).
const AUTHORITY_DAYS = 3650
const LEAF_DAYS = 365

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** Shell lines that make `authority` below the working directory. Its private key is readable by root only. */
export function authorityScript(authority: Authority, bornUnixSeconds: number): string {
  return [
    `openssl req -x509 ${EC_KEY} -keyout ${authority}.key -out ${authority}.crt -days ${AUTHORITY_DAYS}`,
    `-subj ${quote(`/CN=${authorities[authority]}@${bornUnixSeconds}`)}`,
    '-addext basicConstraints=critical,CA:TRUE',
    '-addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign',
    `\nchmod 644 ${authority}.crt\n`,
  ].join(' ')
}

/** Shell lines that make key and certificate of `leaf`, the authority's certificate appended, below the working directory. */
export function leafScript(leaf: Leaf, authorityDirectory = '.'): string {
  const authority = `${authorityDirectory}/${leaf.authority}`
  const subject = `${leaf.organization ? `/O=${leaf.organization}` : ''}/CN=${leaf.commonName}`
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature,keyEncipherment',
    `extendedKeyUsage=${leaf.usages.join(',')}`,
    ...(leaf.sans ? [`subjectAltName=${[...new Set(leaf.sans)].join(',')}`] : []),
  ]
  return [
    `openssl req -x509 ${EC_KEY} -keyout ${leaf.path}.key -out ${leaf.path}.crt -days ${LEAF_DAYS}`,
    `-subj ${quote(subject)} -CA ${authority}.crt -CAkey ${authority}.key`,
    `${extensions.map((extension) => `-addext ${quote(extension)}`).join(' ')}`,
    `\ncat ${authority}.crt >> ${leaf.path}.crt\nchmod 644 ${leaf.path}.crt\n`,
  ].join(' ')
}

/**
 * Runs all `scripts` in one shell in `directory`: a process for each certificate is dear enough.
 * @throws Error when openssl is missing or refuses.
 */
export async function runScripts(directory: string, scripts: readonly string[]): Promise<void> {
  const shell = spawn('/bin/sh', ['-e'], { cwd: directory, stdio: ['pipe', 'ignore', 'pipe'] })
  let complaint = ''
  shell.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve, reject) =>
    shell.once('error', reject).once('close', resolve),
  )
  shell.stdin.end(`${PRELUDE}${scripts.join('')}`)
  const code = await ended
  if (code !== 0) throw new Error(`openssl failed (${code ?? 'killed'}) in ${directory}: ${complaint.trim()}`)
}
