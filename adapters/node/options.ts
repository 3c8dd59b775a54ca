import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { placedRules } from '../../rules/index.ts'
import { ConfigError, PatternError } from '../../src/core/errors.ts'
import type { PlacedRule } from '../../src/core/rule.ts'
import type { Confidence } from '../../src/core/words.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { createNodeKernel } from './wasm-kernel.ts'

/** Wrong use of the command: exit 2 with a message that says what would be right. */
export class UsageError extends Error {}

const HELP: Record<string, string> = {
  scan: `edge-dlp scan [--json] [--rules SEL,...] [--terms FILE] [--min-confidence low|medium|high] [--kernel wasm|portable] [--preview] [--explain] FILE...
  Prints what is found in files: rule, label, place, line:column, confidence. "-" is standard input.
  --json             one JSON document instead of lines
  --preview          adds a masked preview of each value
  --explain          says why each counted: its form, checks it passed, names and words beside it
  --terms FILE       finds these too, one on each line, letters in either case: customers, projects, code names
  --content-type T   reads the files as T; by default the file name's ending says it
  Exit 1 when something was found.
edge-dlp scan --jsonl
  Reads lines {"id","text","contentType"?}, writes {"id","findings":[{"rule","label","start","end","confidence","path"?}]};
  offsets in UTF-16 code units of text. Exit 0 when every line was answered.
`,
  scrub: `edge-dlp scrub [--content-type T] [--policy FILE] < in > out
  Scrubs one body, streaming. Without --policy everything found is redacted.
`,
  bench: `edge-dlp bench [--json] [--kernel wasm|portable] [--rules SEL,...] FILE...
  Scans each file again and again and prints MB/s (median) and matches.
`,
  init: `edge-dlp init [--kind api|web|llm] [--country us,uk,...] [--openapi FILE] [--route NAME=/path*]... [--skip /health*]... [--out FILE]
  Writes a first policy for a service so described. It observes: nothing is changed, and events say what would be.
  --kind             api (the default): called by programs; web: pages and forms; llm: prompts that go out, answers that come back
  --openapi FILE     a description in JSON: one route for each first word of its paths (/v1/orders/{id}: orders)
  --country          whose identifiers count; by default those of all there are rules for
`,
  report: `edge-dlp report [--json] [--policy FILE] EVENTS...
  Reads events (lines of JSON among other lines; "-" is standard input) and says by route and side: what was edited and blocked, what
  would be if it was enforced, what was not inspected and why, what is suppressed, and which suppressions have expired (--policy: of that
  file as well).
`,
  bundle: `edge-dlp bundle --policy FILE [--version N] [--not-after 2026-12-31|30d] [--kill] [--key FILE] [--out FILE]
  Tries a policy out and signs it as a bundle: what KV (key \`policy\`), a Config Store or the file of npm start may hold. The keys are in
  --key FILE or in EDGE_DLP_SIGNING_KEY; with one of each kind the bundle is signed twice, for Workers and for Fastly.
  --version N        must grow; by default the seconds since 1970. A way back is an old policy under a new version.
  --kill             the policy observes, whatever its modes say
edge-dlp bundle --verify FILE [--key FILE]
  Verifies a bundle under POLICY_KEY and tries it out. Exit 1 when its time is over.
edge-dlp bundle --new-key ed25519|hmac
  Prints a signing key and the POLICY_KEY that belongs to it (Ed25519: Workers, Node; HMAC: Fastly, where it is a secret).
`,
  suppress: `edge-dlp suppress FILE --rule SEL [--route NAME] [--side request|response] [--path PATH] [--place PLACE] --reason TEXT --expires 2026-12-31|30d
  Adds a suppression to a policy or bundle: findings of a rule that are none, at a route, a path in the body (/orders/*/id), or a place (body,
  url, header NAME). They are left alone, counted and told as suppressed, until it expires. A signed bundle is verified under POLICY_KEY and
  signed anew, as \`bundle\` does it.
edge-dlp suppress --list FILE
  Lists them. Exit 1 when one has expired.
`,
  rules: `edge-dlp rules [--json] [--cost] [--export regex] [--rules SEL,...] [--terms FILE]
  Lists the rules. --cost adds what each costs the scanner; --export regex prints id<TAB>pattern for other engines.
`,
}

export function help(command?: string): string {
  if (command !== undefined && Object.hasOwn(HELP, command)) return HELP[command]
  return `edge-dlp: finds and scrubs card numbers, identifiers and credentials in bodies.

${Object.values(HELP).join('\n')}
Selectors (SEL) are paths in the rule tree: "payment", "credentials/jwt", "*"; "edge-dlp rules" lists them.
Kernels: wasm (the default) and portable find the same; portable needs no WebAssembly.
Exit status: 0 done, 1 scan found something, 2 wrong use or an error.
`
}

/** Says an error on standard error; never with content. Answers the exit code. */
export function fail(error: unknown): number {
  if (error instanceof UsageError) process.stderr.write(`edge-dlp: ${error.message}\nTry edge-dlp --help.\n`)
  else if (error instanceof ConfigError || error instanceof PatternError)
    process.stderr.write(`edge-dlp: ${error.message} (${error.code})\n`)
  else process.stderr.write(`edge-dlp: ${error instanceof Error ? error.message : 'unknown error'}\n`)
  return 2
}

type OptionSpec = Record<string, { type: 'boolean' | 'string' }>

export function parse<T extends OptionSpec>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The rules that the selectors name (all without selectors), and one of the terms in a file. */
export function selectRules(selectors: string | undefined, termsFile?: string): readonly PlacedRule[] {
  const selected = selectBuiltIn(selectors)
  return termsFile === undefined ? selected : [...selected, termsRule(termsFile)]
}

/** A rule `own/terms` of a file with a term on each line. */
function termsRule(file: string): PlacedRule {
  const terms = new TextDecoder()
    .decode(readInput(file))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (terms.length === 0) throw new UsageError(`--terms: ${file} holds no term`)
  const samples = { find: [`⟦${terms[0]}⟧`], ignore: [] }
  const rule = {
    id: 'terms',
    label: 'terms',
    title: `${terms.length} terms of ${file}`,
    source: file,
    terms,
    ignoreCase: true,
    samples,
  }
  return { group: 'own', rule: { ...rule, confidence: 'high' } }
}

function selectBuiltIn(selectors: string | undefined): readonly PlacedRule[] {
  if (selectors === undefined) return placedRules
  const chosen = new Set<PlacedRule>()
  for (const selector of selectors.split(',').map((item) => item.trim())) {
    const found = placedRules.filter(({ group, rule }) => {
      const path = `${group}/${rule.id}`
      return selector === '*' || path === selector || path.startsWith(`${selector}/`)
    })
    if (found.length === 0) throw new UsageError(`--rules: "${selector}" names no rule; "edge-dlp rules" lists them`)
    for (const rule of found) chosen.add(rule)
  }
  return placedRules.filter((rule) => chosen.has(rule))
}

export function chooseKernel(name: string | undefined): Kernel {
  if (name === undefined || name === 'wasm') return createNodeKernel()
  if (name === 'portable') return createPortableKernel()
  throw new UsageError(`--kernel: "${name}" is no kernel; use wasm or portable`)
}

export function confidence(name: string | undefined): Confidence {
  if (name === undefined) return 'medium'
  if (name === 'low' || name === 'medium' || name === 'high') return name
  throw new UsageError(`--min-confidence: "${name}" is none of low, medium, high`)
}

/** A file's bytes, or a message that names the file and the cause. */
export function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new UsageError(`${file}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be read'}`)
  }
}

const TYPES: Record<string, string> = {
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  ndjson: 'application/x-ndjson',
  txt: 'text/plain',
  log: 'text/plain',
  html: 'text/html',
  xml: 'application/xml',
  csv: 'text/csv',
}

/** The content type that a file's name suggests; '' when it says nothing. */
export function typeOfFile(file: string): string {
  return TYPES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()] ?? ''
}
