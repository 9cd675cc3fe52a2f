const transform = {
  '\\.ts$': '<rootDir>/src/build/esbuild-transform.mjs',
  '\\.(sh|py)$': '<rootDir>/src/build/text-transform.mjs',
}
const common = { testEnvironment: 'node', extensionsToTreatAsEsm: ['.ts', '.sh', '.py'], transform }

/** Unit tests are many and short; the others start real processes, so they run one at a time (npm test does). */
export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/test/(contract|e2e|workflows|peers)/'],
    },
    { ...common, displayName: 'contract', testMatch: ['<rootDir>/test/contract/**/*.test.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
    { ...common, displayName: 'peers', testMatch: ['<rootDir>/test/peers/**/*.test.ts'] },
    { ...common, displayName: 'workflows', testMatch: ['<rootDir>/test/workflows/**/*.test.ts'] },
  ],
}
