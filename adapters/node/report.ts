import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { timeOf } from '../../src/core/time.ts'
import { openPolicyText } from '../../src/policy/bundle.ts'
import { createReporter, type ExpiredSuppression, type Report, type RouteReport } from '../../src/telemetry/report.ts'
import { readText } from './bundle.ts'
import { parse, UsageError } from './options.ts'

const OPTIONS = { json: { type: 'boolean' }, policy: { type: 'string' } } as const

/** `edge-dlp report`: reads the events of log lines, and says by route what was done, and what would be if it was enforced. */
export async function reportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, OPTIONS)
  if (positionals.length === 0) throw new UsageError('report takes files of events, one JSON line each ("-" is standard input)')
  const reporter = createReporter()
  for (const file of positionals) await addLines(file, reporter.add)
  const report = reporter.report()
  if (values.policy !== undefined) await addExpired(values.policy, report.expiredSuppressions)
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : textOf(report))
  return 0
}

/** Logs hold other lines too, and some put something before each: an event begins at the first brace. */
async function addLines(file: string, add: (value: unknown) => boolean): Promise<void> {
  const input: Readable = file === '-' ? process.stdin : createReadStream(file)
  const failed = new Promise<never>((_, reject) =>
    input.on('error', (error: NodeJS.ErrnoException) => reject(new UsageError(`${file}: ${error.code ?? 'cannot be read'}`))),
  )
  const read = async () => {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const start = line.indexOf('{"schema":"edge-dlp/')
      if (start < 0) continue
      try {
        add(JSON.parse(line.slice(start)))
      } catch {
        // A line that was cut short.
      }
    }
  }
  await Promise.race([read(), failed])
}

async function addExpired(file: string, expired: ExpiredSuppression[]): Promise<void> {
  const { policy } = await openPolicyText(readText(file), undefined, undefined)
  for (const { rule, route, path, place, expires } of policy.suppressions ?? []) {
    const known = expired.some((one) => one.rule === rule && one.route === route && one.path === path && one.place === place)
    if (timeOf(expires)! <= Date.now() && !known) expired.push({ rule, route, path, place, expires })
  }
}

function textOf(report: Report): string {
  const lines: string[] = []
  const { messages, from, to } = report
  const span = from === undefined ? '' : `, ${new Date(from).toISOString()} to ${new Date(to!).toISOString()}`
  lines.push(`${count(messages, 'message')}${span}`)
  for (const route of report.routes) lines.push('', ...routeLines(route))
  if (report.killSwitch) lines.push('', 'KILL SWITCH ON: nothing is enforced')
  for (const { side, route, rule, count: times } of report.breakers)
    lines.push('', `breaker: ${rule} on ${nameOf(route)}, ${side}: block became redact ${count(times, 'time')}`)
  for (const one of report.expiredSuppressions) {
    const where = [
      one.route && `route ${one.route}`,
      one.path !== undefined && `path ${one.path || '(all of a text)'}`,
      one.place,
    ]
    lines.push('', `suppression expired ${one.expires}: ${[one.rule, ...where].filter(Boolean).join(', ')}`)
  }
  for (const [code, times] of Object.entries(report.refusedPolicies))
    lines.push('', `policy refused: ${code}, ${count(times, 'time')}`)
  return `${lines.join('\n')}\n`
}

function routeLines(at: RouteReport): string[] {
  const did = [at.edited > 0 && `${at.edited} edited`, at.blocked > 0 && `${at.blocked} blocked`]
  const would = [at.wouldEdit > 0 && `${at.wouldEdit} would be edited`, at.wouldBlock > 0 && `${at.wouldBlock} would be blocked`]
  const facts = [...did, ...would].filter(Boolean)
  const head = `${nameOf(at.route)}, ${at.side}: ${count(at.messages, 'message')} (${at.enforced} under enforcement)`
  const lines = [`${head}${facts.length === 0 ? ', nothing to do' : `, ${facts.join(', ')}`}`]
  for (const { rule, action, outcome, messages, findings } of at.rules) {
    const verb =
      outcome === 'suppressed' ? 'suppressed' : outcome === 'enforced' || action === 'allow' ? action : `would ${action}`
    lines.push(`  ${verb.padEnd(14)} ${rule}: ${count(findings, 'finding')} in ${count(messages, 'message')}`)
  }
  for (const [reason, { messages, bytes }] of Object.entries(at.notInspected))
    lines.push(`  not inspected  ${reason}: ${count(bytes, 'byte')} in ${count(messages, 'message')}`)
  return lines
}

function nameOf(route: string): string {
  return route === '' ? '(no route)' : route
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
