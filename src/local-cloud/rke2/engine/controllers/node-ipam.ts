import type { NodeObject } from '../kubernetes.ts'
import { builtin } from '../store/resources.ts'
import type { Controller } from './controller.ts'

/** Kubernetes' --node-cidr-mask-size: each node gets 256 addresses. */
const NODE_MASK = 24

/** The lowest /24 of `clusterCidr` that no node has. @throws RangeError when all are taken. */
export function nextPodCidr(clusterCidr: string, taken: ReadonlySet<string>): string {
  const [address = '', mask = '16'] = clusterCidr.split('/')
  const base = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
  for (let index = 0; index < 2 ** (NODE_MASK - Number(mask)); index++) {
    const start = base + index * 256
    const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256)
    const cidr = `${bytes.join('.')}/${NODE_MASK}`
    if (!taken.has(cidr)) return cidr
  }
  throw new RangeError(`no /${NODE_MASK} is left in ${clusterCidr}`)
}

/** Gives each node its part of the pod network. */
export const nodeIpam: Controller = {
  name: 'node-ipam-controller',
  watches: ['nodes'],
  async reconcile({ config, list, update }) {
    const nodes = list<NodeObject>('nodes')
    const taken = new Set(nodes.map(({ spec }) => spec?.podCIDR ?? ''))
    for (const node of nodes.filter(({ spec }) => !spec?.podCIDR)) {
      const cidr = nextPodCidr(config.clusterCidr, taken)
      taken.add(cidr)
      await update(builtin('nodes'), node, (current) => ({
        ...current,
        spec: { podCIDR: cidr, podCIDRs: [cidr], ...(current as NodeObject).spec },
      }))
    }
    return undefined
  },
}
