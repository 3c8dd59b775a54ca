import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import LongestFirst from './test/support/longest-first.ts'

// What Node makes of a source is kept, for the processes of the files that import it too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

// One project: Node runs the unit suites and drives the built bundles (workerd in plain Miniflare, the Fastly module in its host) from outside.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build-tables.ts',
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // What is waited for comes over sockets, from workerd or a browser, while another suite has a core.
    expect: { poll: { timeout: 5_000 } },
    // Node reads the sources by itself, as it does in the command: vite's runner reaches each import through an object, which halves the speed of what is scanned.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
})
