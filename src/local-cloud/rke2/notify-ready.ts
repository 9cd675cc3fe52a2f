import { execFile } from 'node:child_process'

/** sd_notify READY=1: `systemctl start` returns now. Without systemd nobody waits for it. */
export function notifyReady(): void {
  execFile('systemd-notify', ['--ready'], () => undefined)
}
