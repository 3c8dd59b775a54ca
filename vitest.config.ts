import { defineConfig } from 'vitest/config'

// One project: Node runs the unit suites and drives the built bundles (workerd in plain Miniflare, the Fastly module in its host) from outside.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // What is waited for comes over sockets, from workerd or a browser, while another suite has a core.
    expect: { poll: { timeout: 5_000 } },
  },
})
