import type { Notification } from './notify-sockets.ts'
import { createService, type Service } from './service.ts'
import type { ServiceHost } from './service-host.ts'
import { readServiceSettings } from './service-settings.ts'
import type { UnitFiles } from './unit-files.ts'

export interface LoadedUnit {
  service: Service
  /** Inside the machine. */
  path: string
}

/** systemd's manager: every unit that is loaded, by name. */
export interface UnitManager {
  /** A unit that is loaded or can be. What has changed on disk is seen while the unit is down, or after `reload`. */
  load(unit: string): Promise<LoadedUnit | undefined>
  loaded(): LoadedUnit[]
  byInvocation(id: string): Service | undefined
  /** Hands a datagram to the services; the one that knows the sender acts on it. */
  notify(notification: Notification): void
  reload(): Promise<void>
  /** Starts what is enabled, without waiting for it. */
  startEnabled(): Promise<void>
  /** As at shutdown: all at once, each within its own limit. */
  stopAll(): Promise<void>
  abandonAll(): void
}

/** `rke2-server` is short for `rke2-server.service`. */
export const unitName = (name: string): string => (/\.[a-z]+$/.test(name) ? name : `${name}.service`)

/** @throws Error when a unit's file says something that the local cloud's manager can't carry out. */
export function createUnitManager(files: UnitFiles, host: ServiceHost): UnitManager {
  const units = new Map<string, LoadedUnit>()

  const load = async (name: string): Promise<LoadedUnit | undefined> => {
    const unit = unitName(name)
    const known = units.get(unit)
    if (known && known.service.state().active !== 'inactive') return known
    const found = await files.find(unit)
    if (!found) return known
    const settings = readServiceSettings(unit, found.text)
    if (known) {
      known.service.configure(settings)
      return known
    }
    const loaded = { path: found.path, service: createService(settings, host) }
    units.set(unit, loaded)
    return loaded
  }

  return {
    load,
    loaded: () => [...units.values()],
    byInvocation: (id) =>
      [...units.values()]
        .map(({ service }) => service)
        .find((service) => service.state().invocationId === id),
    notify(notification) {
      for (const { service } of units.values()) service.notify(notification)
    },
    async reload() {
      for (const [name, { service }] of units) {
        const found = await files.find(name)
        if (found) service.configure(readServiceSettings(name, found.text))
      }
    },
    async startEnabled() {
      for (const name of await files.enabled()) void (await load(name))?.service.start()
    },
    async stopAll() {
      await Promise.all([...units.values()].map(({ service }) => service.stop()))
    },
    abandonAll() {
      for (const { service } of units.values()) service.abandon()
    },
  }
}
