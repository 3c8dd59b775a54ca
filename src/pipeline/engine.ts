import { ConfigError } from '../core/errors.ts'
import type { TrackJson } from '../core/json-track.ts'
import { MARK_TYPES } from '../core/mark-types.ts'
import type { PlacedRule } from '../core/rule.ts'
import { createEvidence, type KeyedEvidence } from '../evidence/assess.ts'
import { isShort } from '../evidence/by-key.ts'
import { catalogueOf } from '../policy/selectors.ts'
import { ruleBuildOf } from '../policy/version.ts'
import { compileRules, fingerprintOf, type RuleSource } from '../scanner/compile/compile.ts'
import type { RuleTables } from '../scanner/compile/tables.ts'
import { FieldEdges } from '../scanner/field-edges.ts'
import type { Kernel, ScanSession } from '../scanner/kernel.ts'
import { createPortableKernel } from '../scanner/kernels/portable/kernel.ts'
import { leastDigits } from '../scanner/least-digits.ts'
import { compileTerms } from '../scanner/terms/compile-terms.ts'
import { TermSession } from '../scanner/terms/session.ts'
import { SessionWithTerms, type TermList } from '../scanner/terms/with-terms.ts'
import { mayHide, placesOfHiding } from '../views/glance.ts'
import { hidingSpans } from '../views/hiding-spans.ts'
import { guardKernel } from './guarded-kernel.ts'

/**
 * What every message of an isolate shares: rules, tables, evidence and the kernel. Built once; immutable but for its pool
 * of idle scan sessions (a session is reset before it is used, so nothing of one message is seen by the next).
 */
export interface Engine {
  readonly rules: readonly PlacedRule[]
  /** Names the rules, for the versions of policies. */
  readonly ruleBuild: string
  readonly evidence: KeyedEvidence
  /** Of the rules with a pattern; undefined where all are lists of terms. */
  readonly tables: RuleTables | undefined
  readonly kernelName: string
  /** Could anything in this text stand for other text? As the function of this name in views/glance.ts. */
  mayHide(text: Uint8Array, between?: number): boolean
  /** Where a list of values may begin, as the kernel's; by the script's own search where it has none. */
  nextList(text: Uint8Array, from: number): number
  /** Opens a session of each kind for the first message: where a build takes a snapshot, a request finds them there. */
  prepare(): void
  /** As the function of this name in views/glance.ts; undefined where the kernel has no quick look. */
  readonly placesOfHiding:
    | ((text: Uint8Array, from: number, ended: boolean, shift: number, places: number[]) => number)
    | undefined
  /** As the function of this name in views/hiding-spans.ts; undefined likewise. */
  readonly hidingSpans:
    | ((text: Uint8Array, from: number, ended: boolean, shift: number, spans: number[], tags?: boolean) => number)
    | undefined
  /** The kernel's. */
  readonly track: TrackJson | undefined
  /** A session over the rules, for the text of one field. */
  openScan(): ScanSession
  closeScan(session: ScanSession): void
  /** A session over the rules and the stems of their keys, for whole bodies of a structured format. */
  openScreen(): ScanSession
  closeScreen(session: ScanSession): void
  /** Tables index from which on a screen candidate is a key stem, or a number whose digits are written otherwise, and not a rule. */
  readonly stemsFrom: number
  /** What the screen does not see at the edges of fields. */
  readonly edges: FieldEdges
  /** Of fewer digits no rule finds anything in a number. */
  readonly leastDigits: number
}

export interface EngineOptions {
  readonly rules: readonly PlacedRule[]
  readonly kernel: Kernel
  /** Takes its place for good when it fails. Default: the portable kernel. */
  readonly spareKernel?: () => Kernel
  /** Tables compiled at build time; those of other rules are of no use, and the rules are compiled here, as without any. */
  readonly tables?: RuleTables
  readonly screenTables?: RuleTables
}

/** What the kernel scans the text of a field for: the rules with a pattern. */
export function ruleSources(rules: readonly PlacedRule[]): RuleSource[] {
  return rules.flatMap(({ rule: { id, pattern } }) => (pattern === undefined ? [] : [{ id, pattern }]))
}

/** The screen looks for every rule and, case-insensitively, for the stems of keys that are evidence by themselves. */
export function screenSources(rules: readonly PlacedRule[], stems: readonly string[]): RuleSource[] {
  const sources = ruleSources(rules)
  const fold = (stem: string) => `(?i:${stem.replace(/[^a-z0-9]/g, '\\$&')})`
  const push = (id: string, alternatives: readonly string[], before = '') => {
    if (alternatives.length > 0) sources.push({ id, pattern: `${before}(?:${alternatives.join('|')})(?![a-z])` })
  }
  push('key-stems', stems.filter((stem) => !isShort(stem)).map(fold))
  // three letters stand in many words: they must begin one, `tel`, `TEL`, `userTel`
  const short = stems.filter(isShort)
  push('key-stems-short', short.map(fold), '(?<![A-Za-z])')
  push(
    'key-stems-capital',
    short.map((stem) => stem[0].toUpperCase() + fold(stem.slice(1))),
  )
  // A number with an exponent may be a whole one of other digits. One class before the exponent: so it is looked for at the exponent, which is rare.
  sources.push({ id: 'exponent', pattern: '(?<=[:,\\[ \\t\\r\\n])[-0-9.]{1,82}[eE][-+0-9]' })
  // and so may the numbers of relaxed JSON
  sources.push({ id: 'hexadecimal-number', pattern: '(?<=[:,\\[ \\t\\r\\n\\-])0[xX][0-9a-fA-F]{7,32}' })
  sources.push({ id: 'big-integer', pattern: '[0-9]{9,32}n' })
  return sources
}

export function createEngine(options: EngineOptions): Engine {
  const { rules, spareKernel = createPortableKernel } = options
  if (rules.length === 0) throw new ConfigError('no-rules', 'rules', 'at least one rule is needed')
  for (const { rule } of rules) {
    if ((rule.pattern === undefined) === (rule.terms === undefined))
      throw new ConfigError('bad-rule', `rule ${rule.id}`, 'a rule has a pattern or a list of terms')
  }
  // Policies are compiled by it: where a build takes a snapshot, each request finds it there.
  catalogueOf(rules)
  const evidence = createEvidence(rules)
  const sources = ruleSources(rules)
  const tables = sources.length === 0 ? undefined : tablesOf(sources, options.tables)
  const screenTables = tablesOf(screenSources(rules, evidence.keyStems), options.screenTables)
  const lists: TermList[] = rules.flatMap(({ rule }, index) =>
    rule.terms === undefined ? [] : [{ rule: index, tables: compileTerms({ ...rule, terms: rule.terms }) }],
  )
  refuseMarks(rules, lists)
  // Rules with a pattern have the numbers of their place among themselves in the tables; behind them the screen has its own.
  const ruleOf = [...rules.keys()].filter((index) => rules[index].rule.pattern !== undefined)
  for (let i = sources.length; i < screenTables.ids.length; i++) ruleOf.push(rules.length + i - sources.length)
  if (tables !== undefined) options.kernel.load?.(tables)
  options.kernel.load?.(screenTables)
  const kernel = guardKernel(options.kernel, spareKernel)
  const take = (idle: ScanSession[], of: RuleTables | undefined) => {
    for (let session = idle.pop(); session !== undefined; session = idle.pop()) {
      const ofKernel = session instanceof SessionWithTerms ? session.kernelSession : session
      if (ofKernel !== undefined && !kernel.alive(ofKernel)) continue
      session.reset()
      return session
    }
    const session = of === undefined ? undefined : kernel.open(of)
    return session === undefined || lists.length > 0 ? new SessionWithTerms(session, ruleOf, lists) : session
  }
  let digits: number | undefined
  const scans: ScanSession[] = []
  const screens: ScanSession[] = []
  const openScan = () => take(scans, tables)
  const openScreen = () => take(screens, screenTables)
  const findPlaces: Engine['placesOfHiding'] = (text, from, ended, shift, places) =>
    placesOfHiding(text, kernel.look!, from, ended, shift, places)
  const findSpans: Engine['hidingSpans'] = (text, from, ended, shift, spans, tags) =>
    hidingSpans(text, kernel.look!, from, ended, shift, spans, tags)
  return {
    rules,
    ruleBuild: ruleBuildOf(rules),
    evidence,
    tables,
    // A kernel may know only at the first request which it is.
    get kernelName() {
      return kernel.current.name
    },
    mayHide: (text, between) => mayHide(text, kernel.look, between),
    nextList: (text, from) => (kernel.nextList ?? nextListStart)(text, from),
    get placesOfHiding() {
      return kernel.look && findPlaces
    },
    get hidingSpans() {
      return kernel.look && findSpans
    },
    get track() {
      return kernel.track
    },
    stemsFrom: rules.length,
    edges: new FieldEdges(tables),
    get leastDigits() {
      digits ??= lists.length > 0 || tables === undefined ? 0 : leastDigits(tables)
      return digits
    },
    prepare() {
      scans.push(openScan())
      screens.push(openScreen())
    },
    openScan,
    closeScan: (session) => void scans.push(session),
    openScreen,
    closeScreen: (session) => void screens.push(session),
  }
}

/** Marks of labels that are no built-in rule's are not known as marks: a term in one would be scrubbed again, and again. */
function refuseMarks(rules: readonly PlacedRule[], lists: readonly TermList[]): void {
  const types = new Set(rules.map(({ rule }) => rule.label.toUpperCase()).filter((type) => !MARK_TYPES.includes(type)))
  for (const { rule: index, tables } of lists) {
    for (const type of types) {
      const mark = new TextEncoder().encode(`[redacted:${type}]`)
      if (new TermSession(tables, index).feed(mark, true).candidates.length === 0) continue
      const message = `one of its terms is in the mark [redacted:${type}]: choose another label, or leave the term out`
      throw new ConfigError('bad-rule', `rule ${rules[index].rule.id}`, message)
    }
  }
}

/** As `Kernel.nextList`, telling of more. */
function nextListStart(text: Uint8Array, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === 0x5b || (text[at] === 0x22 && at > 0 && text[at - 1] >= 0x30 && text[at - 1] <= 0x39)) return at
  }
  return text.length
}

function tablesOf(sources: readonly RuleSource[], built: RuleTables | undefined): RuleTables {
  return built?.fingerprint === fingerprintOf(sources) ? built : compileRules(sources)
}
