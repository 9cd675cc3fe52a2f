import type { Call, Handlers } from '../../src/local-cloud/wire/service.ts'

/** The same handlers, with `before` asked ahead of each: what it throws is the call's answer. */
export const around = (handlers: Handlers, before: (input: unknown, call: Call) => void): Handlers =>
  Object.fromEntries(
    Object.entries(handlers).map(([service, operations]) => [
      service,
      Object.fromEntries(
        Object.entries(operations ?? {}).map(([operation, handle]) => [
          operation,
          (input: unknown, call: Call) => {
            before(input, call)
            return handle(input, call)
          },
        ]),
      ),
    ]),
  )
