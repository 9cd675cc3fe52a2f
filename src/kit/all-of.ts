import { throwAll } from './errors.ts'

/** Like Promise.all, but tells every failure instead of the first; one that several wishes share, once. */
export async function allOf<T extends readonly unknown[]>(
  wishes: [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(wishes)
  const reasons = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  throwAll([...new Set(reasons)])
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as {
    [K in keyof T]: Awaited<T[K]>
  }
}
