import { fail, pass, type Verdict } from './check.ts'
import type { ConformanceProgress } from './conformance-scripts.ts'

const RAN = /^Ran (\d+) of \d+ Specs in ([\d.]+) seconds/
const TOTALS = /^(?:SUCCESS|FAIL)! -- (\d+) Passed \| (\d+) Failed/
const FAILED = /^\[FAIL\] (.*)$/

/** Tells "tests failed" from "could not run"; both are failures. An empty focus is a success for ginkgo, not for us. */
export function judgeConformance(
  { phase, reason, node, lines }: ConformanceProgress,
  tests: number,
): Verdict {
  const totals = lines.map((line) => TOTALS.exec(line.trim())).find(Boolean)
  const ran = lines.map((line) => RAN.exec(line.trim())).find(Boolean)
  const evidence = [`pod ${phase}${node ? ` on ${node}` : ''}${reason ? `: ${reason}` : ''}`, ...lines]
  if (!totals || !ran)
    return fail(`could not run: pod ${phase}${reason ? `, ${reason}` : ''}`, remedyFor(reason), { evidence })
  const [passed, failed] = [Number(totals[1]), Number(totals[2])]
  const figures = [
    { name: 'tests passed', value: passed, unit: 'count' as const },
    { name: 'time of tests', value: Number(ran[2]), unit: 's' as const },
  ]
  if (failed || phase !== 'Succeeded') {
    const names = lines.flatMap((line) => FAILED.exec(line.trim())?.[1] ?? [])
    return fail(
      `tests failed: ${failed} of ${passed + failed}${names.length ? ` (${names.join('; ')})` : ''}`,
      'These tests pass on a sound cluster: read the evidence, then the checks of nodes, Cilium and connectivity.',
      { evidence, figures },
    )
  }
  if (passed < tests)
    return fail(
      `could not run: only ${passed} of the ${tests} named tests ran`,
      'This version of Kubernetes names its tests differently: report it, with the version.',
      { evidence, figures },
    )
  return pass(`${passed} tests passed in ${Number(ran[2]).toFixed(1)} s`, { evidence, figures })
}

function remedyFor(reason: string): string {
  if (/Pull|image/i.test(reason))
    return 'Nodes can’t pull registry.k8s.io/conformance: check egress, or the mirror in registries.yaml.'
  if (/nschedulable|taint|Insufficient/.test(reason))
    return 'No node takes the pod: see the nodes check, and whether agents have room.'
  return 'kubectl -n rke2-action-conformance describe pod conformance; the log’s last lines are in the evidence.'
}
