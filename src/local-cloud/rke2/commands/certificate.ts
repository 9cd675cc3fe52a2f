import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { FatalError, log } from '../log.ts'
import { paths } from '../paths.ts'
import { table } from './table.ts'

/** Certificates in the order of RKE2's services; a node has some of them. */
const FILES = [
  ...[
    'client-supervisor',
    'client-admin',
    'client-rke2-cloud-controller',
    'etcd/client',
    'etcd/server-client',
    'etcd/peer-server-client',
    'client-scheduler',
    'kube-scheduler/kube-scheduler',
  ].map((name) => join(paths.tls, `${name}.crt`)),
  ...['client-kube-proxy', 'client-kubelet', 'serving-kubelet', 'client-rke2-controller'].map((name) =>
    join(paths.agent, `${name}.crt`),
  ),
  ...[
    'client-kube-apiserver',
    'serving-kube-apiserver',
    'client-auth-proxy',
    'client-controller',
    'kube-controller-manager/kube-controller-manager',
  ].map((name) => join(paths.tls, `${name}.crt`)),
]

const HEAD = ['FILENAME', 'SUBJECT', 'USAGES', 'EXPIRES', 'RESIDUAL TIME', 'STATUS']

/** `rke2 certificate check`, as a table. @throws FatalError for other operations. */
export async function runCertificate([operation = '', ...rest]: readonly string[]): Promise<void> {
  if (operation !== 'check' || rest.length > 0)
    throw new FatalError(
      `Error: the local cloud's rke2 does not know certificate ${[operation, ...rest].join(' ')}`,
    )
  const server = existsSync(paths.server)
  log.info(
    server
      ? 'Server detected, checking agent and server certificates'
      : 'Agent detected, checking agent certificates',
  )
  const found = FILES.filter((file) => existsSync(file))
  const rows = found.flatMap((file) =>
    certificatesIn(readFileSync(file, 'utf8')).map((certificate) =>
      row(basename(file), certificate, new Date()),
    ),
  )
  process.stdout.write(`\n${table([HEAD, HEAD.map((title) => '-'.repeat(title.length)), ...rows], 3)}`)
}

/** The leaf and, behind it, its authority. */
const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  )

const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'ServerAuth',
  '1.3.6.1.5.5.7.3.2': 'ClientAuth',
}
const DAY_MS = 86_400_000
// RKE2 warns, and renews at its next start, from here on.
const RENEW_DAYS = 120

function row(file: string, certificate: X509Certificate, now: Date): string[] {
  const end = new Date(certificate.validTo)
  const days = (end.getTime() - now.getTime()) / DAY_MS
  const usages = certificate.ca
    ? 'CertSign'
    : (certificate.keyUsage ?? []).map((purpose) => PURPOSES[purpose] ?? purpose).join(',')
  const commonName = /CN=(?<name>[^\n]+)/.exec(certificate.subject)?.groups?.['name'] ?? ''
  return [file, commonName, usages, expiry(end), residual(days), status(days)]
}

/** `Nov 21, 2027 11:43 UTC` */
function expiry(end: Date): string {
  const date = new Intl.DateTimeFormat('en-US', {
    month: 'short',
    day: '2-digit',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return `${date.format(end)} ${end.toISOString().slice(11, 16)} UTC`
}

/** In the largest unit, rounded: a new leaf has `1 year`, a new authority `10 years`. */
function residual(days: number): string {
  if (days <= 0) return 'EXPIRED'
  const [count, unit] = days >= 364 ? [Math.round(days / 365), 'year'] : [Math.floor(days), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function status(days: number): string {
  if (days <= 0) return 'EXPIRED'
  return days < RENEW_DAYS ? 'WARNING' : 'OK'
}
