export interface InstanceType {
  name: string
  cpus: number
  memoryMib: number
  architecture: 'x86_64' | 'arm64'
  burstable: boolean
  maxInterfaces: number
  addressesPerInterface: number
}

type Row = [name: string, cpus: number, gib: number, interfaces: number, addresses: number]

/** Sizes as EC2's instance type pages give them. */
const X86: Row[] = [
  ['t3.small', 2, 2, 3, 4],
  ['t3.medium', 2, 4, 3, 6],
  ['t3.large', 2, 8, 3, 12],
  ['t3.xlarge', 4, 16, 4, 15],
  ['t3a.large', 2, 8, 3, 12],
  ['m6i.large', 2, 8, 3, 10],
  ['m6i.xlarge', 4, 16, 4, 15],
  ['m6i.2xlarge', 8, 32, 4, 15],
  ['m7i.large', 2, 8, 3, 10],
  ['m7i.xlarge', 4, 16, 4, 15],
  ['c6i.large', 2, 4, 3, 10],
  ['c6i.xlarge', 4, 8, 4, 15],
]
const ARM: Row[] = [
  ['t4g.small', 2, 2, 3, 4],
  ['t4g.medium', 2, 4, 3, 6],
  ['t4g.large', 2, 8, 3, 12],
  ['m7g.large', 2, 8, 3, 10],
  ['m7g.xlarge', 4, 16, 4, 15],
  ['c7g.large', 2, 4, 3, 10],
  ['c7g.xlarge', 4, 8, 4, 15],
]

const typeOf =
  (architecture: InstanceType['architecture']) =>
  ([name, cpus, gib, maxInterfaces, addressesPerInterface]: Row): InstanceType => ({
    name,
    cpus,
    memoryMib: gib * 1024,
    architecture,
    burstable: name.startsWith('t'),
    maxInterfaces,
    addressesPerInterface,
  })

export const INSTANCE_TYPES: readonly InstanceType[] = [
  ...X86.map(typeOf('x86_64')),
  ...ARM.map(typeOf('arm64')),
]

/** Not every type is in every zone: here, as in older zones of AWS, the seventh Graviton generation lacks zone c. */
export const isOffered = ({ name }: InstanceType, zone: string) =>
  !(name.startsWith('c7g.') && zone.endsWith('c'))
