import { FatalError } from '../log.ts'

type Command = (arguments_: readonly string[]) => Promise<void>

/** The commands that ask a running server and end: loaded when called, a service needs none of them. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  'etcd-snapshot': async () => (await import('./etcd-snapshot.ts')).runEtcdSnapshot,
  certificate: async () => (await import('./certificate.ts')).runCertificate,
  'secrets-encrypt': async () => (await import('./secrets-encrypt.ts')).runSecretsEncrypt,
  token: async () => (await import('./token.ts')).runToken,
}

/** @throws FatalError for a command that isn't there. */
export async function runCommand(name: string, arguments_: readonly string[]): Promise<void> {
  const load = commands[name]
  if (!load) throw new FatalError(`the local cloud's rke2 does not know the command "${name}"`)
  const run = await load()
  await run(arguments_)
}
