import { AwsFault } from '../wire/service.ts'

export interface Page<Item> {
  items: Item[]
  /** undefined on the last page */
  next: string | undefined
}

/**
 * One page of a list. The token holds the offset, so a list that changes in between may skip or repeat, as on AWS.
 * @throws AwsFault `fault` when the token is not one of ours
 */
export function paginate<Item>(
  items: readonly Item[],
  size: number | undefined,
  token: string | undefined,
  fault = 'InvalidParameterValue',
): Page<Item> {
  const start = token === undefined ? 0 : offsetOf(token, fault)
  const end = size === undefined ? items.length : start + size
  return { items: items.slice(start, end), next: end < items.length ? tokenAt(end) : undefined }
}

const tokenAt = (offset: number) => Buffer.from(`offset:${offset}`).toString('base64')

function offsetOf(token: string, fault: string): number {
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]
  if (offset === undefined) throw new AwsFault(fault, `The token '${token}' is invalid`)
  return Number(offset)
}
