import type { ResourceType } from '@aws-sdk/client-ec2'
import { type Tags, tagKeys } from '../cluster/tags.ts'
import { tagList } from './tag-list.ts'

/** EC2's filter for what carries a cluster's tag. */
export const ofCluster = (cluster: string) => ({ Name: `tag:${tagKeys.cluster}`, Values: [cluster] })

/** Tags of the one thing that a call makes, as EC2 takes them in that call. */
export const tagged = (type: ResourceType, name: string, tags: Tags) => [
  { ResourceType: type, Tags: tagList({ Name: name, ...tags }) },
]
