import type { ApiClient } from '../kubernetes/api-client.ts'

/** What a test gets: the API, and a namespace of its own that is deleted afterwards. */
export interface TestContext {
  api: ApiClient
  namespace: string
  /** Polls until `probe` gives something. @throws Error naming `what` when it never does. */
  eventually<T>(what: string, probe: () => Promise<T | undefined>, seconds?: number): Promise<T>
}

export interface ConformanceTest {
  name: string
  run(context: TestContext): Promise<void>
}

/** Those whose name matches E2E_FOCUS and not E2E_SKIP, as ginkgo selects. Without a focus: all. */
export function selectTests(
  tests: readonly ConformanceTest[],
  focus: string | undefined,
  skip: string | undefined,
): ConformanceTest[] {
  const wanted = focus ? new RegExp(focus) : /^/
  const unwanted = skip ? new RegExp(skip) : undefined
  return tests.filter(({ name }) => wanted.test(name) && !unwanted?.test(name))
}

export interface TestResult {
  name: string
  seconds: number
  /** Undefined when it passed. */
  failure: string | undefined
}

/** The last lines of a run, as ginkgo v2 prints them (recorded on etcd and RKE2). */
export function summary(results: readonly TestResult[], known: number, seconds: number): string[] {
  const failed = results.filter(({ failure }) => failure !== undefined)
  const word = failed.length ? 'FAIL!' : 'SUCCESS!'
  const counts = `${results.length - failed.length} Passed | ${failed.length} Failed | 0 Pending | ${known - results.length} Skipped`
  const listed = failed.length
    ? [
        '',
        `Summarizing ${failed.length} Failure${failed.length > 1 ? 's' : ''}:`,
        ...failed.map(({ name }) => `  [FAIL] ${name}`),
      ]
    : []
  return [
    ...listed,
    '',
    `Ran ${results.length} of ${known} Specs in ${seconds.toFixed(3)} seconds`,
    `${word} -- ${counts}`,
    failed.length ? '--- FAIL: TestE2E' : 'PASS',
  ]
}
