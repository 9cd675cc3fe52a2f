import { invocationOf } from '../processes.ts'
import type { ServiceSettings } from './service-settings.ts'

/** What a notification tells the unit manager (sd_notify(3)); other variables, such as STATUS, are not acted on. */
interface Told {
  ready: boolean
  /** As the machine numbers it. */
  mainPid: number | undefined
}

export function readNotification(message: string): Told {
  const lines = message.split('\n')
  const mainPid = lines.findLast((line) => /^MAINPID=[1-9]\d*$/.test(line))?.slice('MAINPID='.length)
  return { ready: lines.includes('READY=1'), mainPid: mainPid === undefined ? undefined : Number(mainPid) }
}

/** `NotifyAccess=` of systemd.service(5): the main process alone, or every process that descends from this start. */
export function mayNotify(
  access: ServiceSettings['notifyAccess'],
  sender: number,
  service: { main: number | undefined; invocationId: string },
): boolean {
  if (access === 'none' || sender === 0) return false
  if (sender === service.main) return true
  return access === 'all' && service.invocationId !== '' && invocationOf(sender) === service.invocationId
}
