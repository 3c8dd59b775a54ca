/** edge-dlp on Workers: the same surface as everywhere, on the WebAssembly kernel, with Brotli and the runtime's own streams. */
import { dlp as baseDlp, dlpFetch as baseDlpFetch, createGateway as baseGateway, type DlpOptions } from '../../src/index.ts'
import { workersBrotli } from './brotli.ts'
import { workersEngine } from './engine.ts'
import { workersStreams } from './streams.ts'

export * from '../../src/index.ts'

/** The options with what this platform is best at, where they do not choose themselves. */
function onWorkers<Options extends DlpOptions>(options: Options): Options {
  const { engine, rules, kernel } = options
  const prepared = engine !== undefined || kernel !== undefined ? {} : { engine: workersEngine(rules) }
  return { codings: { br: workersBrotli }, streams: workersStreams, ...prepared, ...options }
}

export const dlp: typeof baseDlp = (options) => baseDlp(onWorkers(options))
export const dlpFetch: typeof baseDlpFetch = (options) => baseDlpFetch(onWorkers(options))
export const createGateway: typeof baseGateway = (options) => baseGateway(onWorkers(options))
