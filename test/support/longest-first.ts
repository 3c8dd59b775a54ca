import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes longest, in this order: begun last, one of these would go on alone on one core. What starts processes of its own stands between what computes: so two of the one
 * kind seldom wait for each other.
 */
const LONGEST = [
  'end-to-end/messages',
  'pipeline/corpora',
  'end-to-end/evasion',
  'scanner/steps',
  'end-to-end/workers/start',
  'scanner/differential',
  'end-to-end/package',
  'scanner/conformance',
  'end-to-end/http/matrix',
  'scanner/native-searches',
  'end-to-end/gateway',
  'pipeline/streams-memory',
  'end-to-end/console',
  'scanner/growth',
  'end-to-end/upload',
  'scanner',
  'end-to-end',
  'readme',
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
