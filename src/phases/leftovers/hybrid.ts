import { deleteActivation, deregister, findActivations, findHybridNodes } from '../../aws/hybrid-nodes.ts'
import { type Kind, oneByOne } from './kind.ts'

/** They go before the nodes that they let in, so that no more can come. */
export const activations: Kind = {
  name: 'activations',
  find: ({ ssm }, search) => findActivations(ssm, search),
  remove: oneByOne(({ ssm }, { id }) => deleteActivation(ssm, id)),
}

/** Machines outside EC2: only their registration is ours to delete. */
export const hybridNodes: Kind = {
  name: 'hybrid nodes',
  find: ({ ssm }, search) => findHybridNodes(ssm, search),
  remove: oneByOne(({ ssm }, { id }) => deregister(ssm, id)),
}
