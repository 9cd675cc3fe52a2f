import { connect } from 'node:net'
import { firewallRuleset } from './firewall.ts'
import type { FirewallRule } from './hypervisor.ts'
import { runCommand } from './run-command.ts'

/** The VPC's router is the cloud's own network namespace. */
export interface Router {
  setFirewall(rules: readonly FirewallRule[]): Promise<void>
  claimAddress(address: string): Promise<void>
  releaseAddress(address: string): Promise<void>
}

export function createRouter(): Router {
  const claimed = new Map<string, Promise<unknown>>()
  let applied = ''
  return {
    async setFirewall(rules) {
      const ruleset = firewallRuleset(rules)
      if (ruleset === applied) return
      applied = ruleset
      await runCommand({ argv: ['nft', '-f', '-'], input: ruleset })
    },
    async claimAddress(address) {
      const claim =
        claimed.get(address) ?? runCommand({ argv: ['ip', 'addr', 'add', `${address}/32`, 'dev', 'lo'] })
      claimed.set(address, claim)
      await claim
    },
    async releaseAddress(address) {
      if (claimed.delete(address))
        await runCommand({ argv: ['ip', 'addr', 'del', `${address}/32`, 'dev', 'lo'] })
    },
  }
}

export interface TcpProbe {
  from: string
  address: string
  port: number
  timeoutMs: number
}

/** Whether a TCP handshake succeeds in time. */
export function probeTcp({ from, address, port, timeoutMs }: TcpProbe): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, localAddress: from })
    const end = (healthy: boolean) => {
      socket.destroy()
      resolve(healthy)
    }
    socket.setTimeout(timeoutMs, () => end(false))
    socket.on('connect', () => end(true)).on('error', () => end(false))
  })
}
