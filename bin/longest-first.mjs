// The order of the end-to-end tests. Without a cache jest goes by the size of files, and these are short and take minutes.
const LONGEST = ['columns/light', 'e2e/show']

const rank = ({ path }) => {
  const at = LONGEST.findIndex((name) => path.includes(name))
  return at < 0 ? LONGEST.length : at
}

/** A test sequencer of jest: the longest first, so that none of them begins when all others are done. */
export default class LongestFirst {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b))
  }

  allFailedTests(tests) {
    return tests
  }

  cacheResults() {}
}
