import { COMPONENTS } from './binaries.ts'

/** Every program of Kubernetes that is ever built here: one module, so that they share what is compiled. */
const PROGRAMS = [...COMPONENTS, 'kubelet'] as const
export type Program = (typeof PROGRAMS)[number]

/** Where Kubernetes' programs keep what they answer to `--version` and on /version. */
const STAMPED = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']

/**
 * A go.mod that has upstream's programs as its tools and no code of its own.
 * @param version as `v1.35.4`
 * @param upstream the text of k8s.io/kubernetes' own go.mod: it names the Go version and the staging modules, which lie
 * in its repository and have to be had as modules of their own, v0.35.4 for v1.35.4
 */
export function goModule(version: string, upstream: string): string {
  const go = /^go \S+$/m.exec(upstream)?.[0]
  const godebug = /^godebug .+$/m.exec(upstream)?.[0]
  const staging = [...upstream.matchAll(/^\t(\S+) => \.\/staging\//gm)].map(([, name]) => name)
  if (!go || staging.length === 0) throw new Error(`go.mod of k8s.io/kubernetes ${version} has another form`)
  const stagingVersion = version.replace(/^v1\./, 'v0.')
  return [
    'module kubernetes-programs',
    go,
    ...(godebug ? [godebug] : []),
    `require k8s.io/kubernetes ${version}`,
    'replace (',
    ...staging.map((name) => `\t${name} => ${name} ${stagingVersion}`),
    ')',
    'tool (',
    ...PROGRAMS.map((name) => `\t${packageOf(name)}`),
    ')',
    '',
  ].join('\n')
}

/** The Go package of a program. */
export const packageOf = (program: Program): string => `k8s.io/kubernetes/cmd/${program}`

/** Linker flags: without them a server calls itself v0.0.0-master. */
export function linkerFlags(version: string): string {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.')
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  const stamps = STAMPED.flatMap((path) =>
    Object.entries(values).map(([name, value]) => `-X ${path}.${name}=${value}`),
  )
  return ['-s', '-w', ...stamps].join(' ')
}
