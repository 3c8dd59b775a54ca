/** A worker thread: runs a fresh instance of the module for every request it is given, one after another. */
import { parentPort, workerData } from 'node:worker_threads'
import { ERROR, HostCallError, type RunEnd, type RunStart, type WorkerSetup } from './calls.ts'
import { Guest, type HostFunction, type HostModule } from './guest.ts'
import { httpModules } from './guest-http.ts'
import { storeModules } from './guest-stores.ts'
import { ExitError, unknownWasiCall, wasiModule } from './guest-wasi.ts'

const WASI = 'wasi_snapshot_preview1'
const setup = workerData as WorkerSetup
const needed = WebAssembly.Module.imports(setup.module)

parentPort!.on('message', (start: RunStart) => parentPort!.postMessage(runInstance(start)))

function runInstance(start: RunStart): RunEnd {
  const guest = new Guest(setup, start)
  const began = process.threadCpuUsage()
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage(began)
    return (user + system) / 1000
  }
  const output = lineWriter((name, line) => guest.call('log', name, line))
  const hostCalls: Record<string, number> = {}
  const modules: Record<string, HostModule> = {
    ...httpModules(guest),
    ...storeModules(guest, cpuMs),
    [WASI]: wasiModule(guest, output.print),
  }
  let trap: string | undefined
  try {
    const instance = new WebAssembly.Instance(setup.module, importsOf(modules, hostCalls))
    guest.memory = instance.exports.memory as WebAssembly.Memory
    ;(instance.exports._start as () => void)()
  } catch (error) {
    if (!(error instanceof ExitError)) trap = error instanceof Error ? error.message : String(error)
    else if (error.code !== 0) trap = error.message
  }
  try {
    output.flush()
  } catch {
    // The host is closing.
  }
  return { trap, memoryMiB: (guest.memory?.buffer.byteLength ?? 0) / 2 ** 20, cpuMs: cpuMs(), hostCalls }
}

function importsOf(modules: Record<string, HostModule>, used: Record<string, number>): WebAssembly.Imports {
  const imports: Record<string, HostModule> = {}
  for (const { module, name } of needed) {
    const known = modules[module]?.[name]
    const full = `${module}.${name}`
    imports[module] ??= {}
    imports[module][name] = known === undefined ? missing(module, full) : counted(known, full, used)
  }
  return imports
}

function counted(call: HostFunction, full: string, used: Record<string, number>): HostFunction {
  return (...args) => {
    used[full] = (used[full] ?? 0) + 1
    try {
      return call(...args)
    } catch (error) {
      // What the main thread refuses is a status to the guest; everything else ends the instance.
      if (error instanceof HostCallError) return error.status || ERROR
      throw error
    }
  }
}

function missing(module: string, full: string): HostFunction {
  if (module === WASI) return unknownWasiCall
  return () => {
    throw new Error(`host call not implemented: ${full}`)
  }
}

/** Standard output and error by lines, under the endpoint names `stdout` and `stderr`. */
function lineWriter(write: (endpoint: string, line: string) => void) {
  const rest = ['', '', '']
  return {
    print(text: string, descriptor: number) {
      const lines = (rest[descriptor] + text).split('\n')
      rest[descriptor] = lines.pop()!
      for (const line of lines) write(descriptor === 2 ? 'stderr' : 'stdout', line)
    },
    flush() {
      rest.forEach((line, descriptor) => {
        if (line !== '') write(descriptor === 2 ? 'stderr' : 'stdout', line)
      })
    },
  }
}
