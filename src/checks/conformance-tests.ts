/**
 * The named tests of the smoke run: a pod's life, the pod network between nodes, and the API's everyday objects. Each matches
 * exactly one spec of Kubernetes' conformance suite, and none needs an image from outside its own registry.
 */
export const CONFORMANCE_TESTS: readonly string[] = [
  'Pods should be submitted and removed',
  'Networking Granular Checks: Pods should function for intra-pod communication: http',
  'ConfigMap should run through a ConfigMap lifecycle',
  'Secrets should patch a secret',
  'Lease lease API should be available',
]

/** A focus for ginkgo: a regular expression that matches these names, conformance tests only. */
export function focusOf(tests: readonly string[]): string {
  const names = tests.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return `(${names.join('|')}) .*\\[Conformance\\]`
}
