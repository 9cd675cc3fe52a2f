import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { scaleBy } from '../../timing.ts'
import { operate } from '../run-operator.ts'
import { readSettings } from './config-map.ts'
import { startProgram } from './program.ts'
import { serveProbes } from './serve-probes.ts'
import { accountClient } from './service-account.ts'

/** Cilium's own port, unless the chart says another. */
const API_ADDRESS = '127.0.0.1:9234'

/** `cilium-operator-generic` in a container of RKE2's own chart. */
export async function runOperator(): Promise<number> {
  const program = startProgram()
  const address = readSettings()['operator-api-serve-addr'] ?? API_ADDRESS
  await serveProbes(Number(address.slice(address.lastIndexOf(':') + 1)), () => true)
  const api = accountClient()
  const holder = `${hostname()}-${randomBytes(5).toString('hex')}`
  return operate({ ...program, api: async () => api, holder, scale: scaleBy(1) }, () => undefined)
}
