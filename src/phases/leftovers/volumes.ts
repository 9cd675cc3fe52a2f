import { deleteVolume, findVolumes, tagResources } from '../../aws/leftovers.ts'
import { type Kind, oneByOne } from './kind.ts'

/** Root volumes go with their machine; what Kubernetes made for claims stays after it. */
export const volumes: Kind = {
  name: 'volumes',
  find: ({ ec2 }, search) => findVolumes(ec2, search),
  remove: oneByOne(({ ec2 }, { id }) => deleteVolume(ec2, id)),
  tag: ({ ec2 }, things, tags) =>
    tagResources(
      ec2,
      things.map(({ id }) => id),
      tags,
    ),
}
