import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { expect } from '@jest/globals'
import { closePort } from '../../close-port.ts'
import type { Cloud } from '../../cloud.ts'
import { onNode, ssm } from '../../run-command.ts'
import { CLUSTER, type Row, seenIn, whileBroken } from '../row.ts'
import { WHOLE } from './phases.ts'

// A server that cannot join ends within its deadline, with its own log's end, the cause by name, and what to change.

// Looking, installing and the last look come on top of the wait itself.
const SLACK_SECONDS = 30

interface Obstacle {
  name: string
  cause: RegExp
  remedy: RegExp
  alsoSays?: RegExp
  /** How long the join may try. */
  seconds: number
  /** Gives what takes it away again. */
  put(cloud: Cloud): Promise<() => Promise<unknown>>
}

const cannotJoin = ({ name, cause, remedy, alsoSays = /./, seconds, put }: Obstacle): Row => ({
  kind: 'fault',
  name: `join-servers: ${name}`,
  async run({ cloud }) {
    return whileBroken(await put(cloud), async () => {
      const run = await cloud.act('join-servers', { ...WHOLE, timeout: `${seconds}s` })
      expect(run.seconds).toBeLessThan(seconds + SLACK_SECONDS)
      for (const said of [remedy, /level=\w+ msg=/, alsoSays]) expect(run.log).toMatch(said)
      expect(run.log).not.toContain(WRONG_TOKEN)
      return seenIn(run, 'fail', cause)
    })
  },
})

const server = (index: number) => `${CLUSTER}-server-${index}`
const WRONG_TOKEN = 'of-another-cluster'

/** RKE2 goes on trying, and would join by itself as soon as the fault is mended: the next row needs it outside. */
async function giveUp(cloud: Cloud, outside = [2, 3]): Promise<void> {
  for (const index of outside) await onNode(cloud, server(index), 'systemctl stop rke2-server')
}

const closed = (port: number, outside?: number[]) => async (cloud: Cloud) => {
  const open = await closePort(cloud, CLUSTER, port)
  return async () => {
    await giveUp(cloud, outside)
    await open()
  }
}

export const JOINING: readonly Row[] = [
  cannotJoin({
    name: 'TCP 9345 closed',
    cause: /port 9345 of the first server cannot be reached from this node/,
    remedy: /→ Open TCP 9345 between the nodes/,
    seconds: 20,
    put: closed(9345),
  }),
  cannotJoin({
    name: 'a wrong token',
    cause: /the token is wrong/,
    remedy: /→ The token parameter of this cluster must hold the secret/,
    seconds: 20,
    async put(cloud) {
      const Name = `/rke2-action/${CLUSTER}/token`
      const { Parameter } = await ssm(cloud).send(new GetParameterCommand({ Name, WithDecryption: true }))
      const write = (Value: string | undefined) =>
        ssm(cloud).send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }))
      await write(WRONG_TOKEN)
      return async () => {
        await giveUp(cloud)
        await write(Parameter?.Value)
      }
    },
  }),
  cannotJoin({
    name: 'a full disk on one of two',
    cause: /the disk is full/,
    remedy: /→ Give the nodes a larger volume-size/,
    alsoSays: new RegExp(`${server(2)} is a voter`),
    seconds: 40,
    async put(cloud) {
      // A volume of its own, as small as it may be: filling all of a machine's disk would cost 8 GiB of memory.
      const volume = '/var/lib/rancher'
      const fill = `head -c 1M /dev/zero >${volume}/too-much`
      await onNode(cloud, server(3), `mount -t tmpfs -o size=1M volume ${volume}`, fill)
      return () => onNode(cloud, server(3), `umount --lazy ${volume}`)
    },
  }),
  cannotJoin({
    name: 'TCP 2379 and 2380 closed',
    cause: /port 2379 or 2380 is closed between servers/,
    remedy: /→ Open TCP 2379 to 2380 between the servers/,
    seconds: 30,
    put: closed(2380, [3]),
  }),
]
