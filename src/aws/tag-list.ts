import type { Tags } from '../cluster/tags.ts'

/** Tags as EC2, ELB, IAM and SSM take them. */
export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** Tags as the services give them back. */
export const tagsOf = (
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags => Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
