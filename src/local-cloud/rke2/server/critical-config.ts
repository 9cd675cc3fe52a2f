import * as z from 'zod'
import type { CriticalConfig } from '../config/node-config.ts'

/** What /v1-rke2/config says, in RKE2's names; everything else in it is left aside. */
export const controlConfig = z.object({
  ClusterIPRange: z.string(),
  ServiceIPRange: z.string(),
  ClusterDNS: z.string(),
  ClusterDomain: z.string(),
  EgressSelectorMode: z.string(),
  DisableCCM: z.boolean(),
})
export type ControlConfig = z.infer<typeof controlConfig>

export function toControlConfig(critical: CriticalConfig): ControlConfig {
  return {
    ClusterIPRange: critical.clusterCidr,
    ServiceIPRange: critical.serviceCidr,
    ClusterDNS: critical.clusterDns,
    ClusterDomain: critical.clusterDomain,
    EgressSelectorMode: critical.egressSelectorMode,
    DisableCCM: critical.disableCloudController,
  }
}

/** Addresses are compared byte by byte in their 16-byte form, and RKE2 names the byte. */
const ADDRESS_FIELDS = ['ClusterIPRange', 'ServiceIPRange', 'ClusterDNS'] as const

/** One warning for each difference, as RKE2 writes them; none when the two servers agree. */
export function mismatches(own: ControlConfig, theirs: ControlConfig): string[] {
  const addresses = ADDRESS_FIELDS.flatMap((field) => addressMismatches(field, own[field], theirs[field]))
  const others = (['ClusterDomain', 'EgressSelectorMode', 'DisableCCM'] as const).filter(
    (field) => own[field] !== theirs[field],
  )
  return [...addresses, ...others].map((where) => `critical configuration mismatched: ${where}`)
}

function addressMismatches(field: string, own: string, theirs: string): string[] {
  const [ownAddress = '', ownBits] = own.split('/')
  const [theirAddress = '', theirBits] = theirs.split('/')
  const theirBytes = theirAddress.split('.')
  const bytes = ownAddress
    .split('.')
    .flatMap((byte, index) => (byte === theirBytes[index] ? [] : [index + 12]))
  const network = ownBits === undefined ? '' : '.IP'
  const where = bytes.flatMap((byte) => [
    `${field}s.slice[0]${network}.slice[${byte}]`,
    `${field}${network}.slice[${byte}]`,
  ])
  return ownBits === theirBits ? where : [...where, `${field}.Mask`]
}
