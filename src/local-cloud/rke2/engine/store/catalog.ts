import type { KubeObject } from '../kubernetes.ts'
import type { Cache } from './cache.ts'
import { builtin, builtinResources, directoryOf, type PrinterColumn, type Resource } from './resources.ts'

interface Definition extends KubeObject {
  spec: {
    group: string
    scope: string
    names: { plural: string; singular?: string; kind: string; shortNames?: string[] }
    versions: {
      name: string
      served: boolean
      subresources?: { status?: object }
      additionalPrinterColumns?: PrinterColumn[]
    }[]
  }
}

/** The resources that a CustomResourceDefinition adds: one for each served version. */
function resourcesOf({ spec }: Definition): Resource[] {
  return spec.versions
    .filter((version) => version.served)
    .map((version) => ({
      group: spec.group,
      version: version.name,
      plural: spec.names.plural,
      singular: spec.names.singular ?? spec.names.kind.toLowerCase(),
      kind: spec.names.kind,
      namespaced: spec.scope === 'Namespaced',
      shortNames: spec.names.shortNames ?? [],
      status: version.subresources?.status !== undefined,
      custom: { columns: version.additionalPrinterColumns ?? [] },
    }))
}

/** Every resource that is served now. */
export function servedResources(cache: Cache): Resource[] {
  const definitions = cache.list(directoryOf(builtin('customresourcedefinitions'))) as Definition[]
  const custom = definitions
    .filter((definition) => !definition.metadata.deletionTimestamp)
    .flatMap(resourcesOf)
  const taken = new Set(builtinResources.map(({ group, plural }) => `${group}/${plural}`))
  return [...builtinResources, ...custom.filter(({ group, plural }) => !taken.has(`${group}/${plural}`))]
}
