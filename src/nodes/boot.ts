import { exportLines } from './quote.ts'
import boot from './scripts/boot.sh'
import install from './scripts/install.sh'

// EC2's limit, before base64.
const LONGEST_USER_DATA = 16_384

/**
 * User data of a node: stages RKE2's artifacts at the first boot and stops the machine at `expiresAt` (milliseconds since
 * the epoch). It holds no secret. @throws Error when it is longer than EC2 takes: a fault of ours.
 */
export function bootScript(options: { version: string; artifactsUrl: string; expiresAt: number }): string {
  const settings = exportLines({
    RKE2_VERSION: options.version,
    ARTIFACTS_URL: options.artifactsUrl,
    EXPIRES_AT: String(Math.ceil(options.expiresAt / 1000)),
  })
  const text = `#!/usr/bin/env bash\n${settings}\n${install}\n${boot}`
  if (Buffer.byteLength(text) > LONGEST_USER_DATA)
    throw new Error(`user data is ${Buffer.byteLength(text)} bytes long, and EC2 takes ${LONGEST_USER_DATA}`)
  return text
}
