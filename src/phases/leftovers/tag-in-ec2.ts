import { tagResources } from '../../aws/leftovers.ts'
import type { Kind } from './kind.ts'

/** Tags of everything that EC2 knows by an id. */
export const tagInEc2: NonNullable<Kind['tag']> = ({ ec2 }, things, tags) =>
  tagResources(
    ec2,
    things.map(({ id }) => id),
    tags,
  )
