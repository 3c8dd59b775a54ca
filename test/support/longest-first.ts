import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, in this order: begun last, one of these would go on alone on one core. */
const LONGEST = [
  'pipeline/corpora',
  'end-to-end/messages',
  'end-to-end/evasion',
  'end-to-end/workers/start',
  'end-to-end/http/matrix',
  'end-to-end/package',
  'scanner/steps',
  'scanner/differential',
  'scanner/conformance',
  'end-to-end/gateway',
  'end-to-end/console',
  'readme',
  'scanner/native-searches',
  'pipeline/chunking',
  'adapters/node',
  'scanner',
]

/** Starts the longest files first; the others as vitest does, by their size or by how long they took. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}`))
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
