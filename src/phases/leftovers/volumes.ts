import { deleteVolume, findVolumes } from '../../aws/leftovers.ts'
import { type Kind, oneByOne } from './kind.ts'
import { tagInEc2 } from './tag-in-ec2.ts'

/** Root volumes go with their machine; what Kubernetes made for claims stays after it. */
export const volumes: Kind = {
  name: 'volumes',
  find: ({ ec2 }, search) => findVolumes(ec2, search),
  remove: oneByOne(({ ec2 }, { id }) => deleteVolume(ec2, id)),
  tag: tagInEc2,
}
