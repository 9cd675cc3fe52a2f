import * as z from 'zod'

/** What the cloud inside tells the front, one JSON object a line of its standard output. */
export const cloudEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready'), accessKeyId: z.string(), secretAccessKey: z.string() }),
  z.object({
    event: z.literal('balancers'),
    doors: z.array(z.object({ addresses: z.array(z.string()), port: z.int(), socket: z.string() })),
  }),
])

export type CloudEvent = z.output<typeof cloudEvent>
