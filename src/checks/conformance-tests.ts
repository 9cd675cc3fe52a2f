/**
 * The named tests of the smoke run, one of each sort: a pod's life, the pod network, a service, cluster DNS.
 * Each matches exactly one spec of Kubernetes' conformance suite, and none needs an image from outside its own registry.
 */
export const CONFORMANCE_TESTS: readonly string[] = [
  'Pods should be submitted and removed',
  'Networking Granular Checks: Pods should function for intra-pod communication: http',
  'Services should serve a basic endpoint from pods',
  'DNS should provide DNS for services',
]

/** A focus for ginkgo: a regular expression that matches these names, conformance tests only. */
export function focusOf(tests: readonly string[]): string {
  const names = tests.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return `(${names.join('|')}) .*\\[Conformance\\]`
}
