// URL-encoded forms: what browsers, phones and hand-written clients send.
import { FORM, JSON_TEXT } from '../encodings.mjs'
import { encode, fill, fromSpans, marked } from '../parts.mjs'

const type = 'application/x-www-form-urlencoded'
const PII = ['credit_card', 'iban', 'us_ssn', 'email']
const SHAPES = {
  slash: ['/slack/commands', 'team_id=T0001&channel_name=support&command=%2Fnote&text=§&trigger_id=13345'],
  sms: ['/2010-04-01/Messages.json', 'From=Shop&Body=§&NumMedia=0'],
  contact: ['/contact', 'topic=billing&message=§&newsletter=on&_csrf=f3a9'],
  survey: ['/forms/d/e/formResponse', 'entry.2005=§&entry.1045=ok&fvv=1'],
}

export default function form(corpora) {
  const out = []
  const prose = corpora.pick('pii_presidio_research', PII).filter((_, i) => i % 9 === 4)
  const titled = corpora.pick('ids_stdnum_titled', ['iban'])
  const names = Object.keys(SHAPES)
  const styles = Object.keys(FORM)
  ;[...prose.slice(0, 9), ...titled.slice(2, 5)].forEach((record, i) => {
    const [url, template] = SHAPES[names[i % names.length]]
    const style = styles[(i >> 1) % styles.length]
    out.push({
      id: `form.${names[i % names.length]}.${i + 1}`,
      note: `prose in a field, ${style} encoding, ${record.id}`,
      origin: 'corpus-spans',
      policy: ['redact-pii', 'mask-cards', 'redact-pii', 'stream'][i % 4],
      direction: i % 5 === 4 ? 'response' : 'request',
      url,
      type: i % 2 ? type : `${type}; charset=UTF-8`,
      parts: fill(template, encode(fromSpans(record.text, record.acted), FORM[style])),
    })
  })

  const add = (name, note, policy, direction, text, more = {}) =>
    out.push({ id: `form.${name}`, note, policy, direction, url: '/pay', type, parts: marked(text), ...more })
  const CARD = 'credit-card>%5Bredacted%3ACREDIT_CARD%5D'
  const MAIL = 'email>%5Bredacted%3AEMAIL%5D'
  add('card', 'a payment form', 'redact-pii', 'request', `name=J+Okafor&card=⟦${CARD}|4539578763621486⟧&exp=12%2F29`)
  add('card-groups', 'groups joined by +', 'redact-pii', 'request', `card=⟦${CARD}|4539+5787+6362+1486⟧&exp=12%2F29`)
  add(
    'escaped-digits',
    'digits that are percent-encoded',
    'redact-pii',
    'request',
    `card=⟦${CARD}|%34%35395787636%3214%386⟧&ok=1`,
  )
  add(
    'mask',
    'a masked card keeps four',
    'mask-cards',
    'response',
    'a=1&pan=⟦credit-card>************1486|4539578763621486⟧&z=26',
  )
  add(
    'mail',
    'an address with its sign encoded',
    'redact-pii',
    'response',
    `email=⟦${MAIL}|j.okafor%40brightwellclinic.org⟧&email=&x`,
  )
  add('key', 'nine digits by their name', 'redact-pii', 'request', 'a=536228731&ssn=⟦us-ssn>%5Bredacted%3AUS_SSN%5D|536228731⟧')
  add('drop', 'drop: the value goes, its name stays', 'drop', 'request', 'a=1&card=⟦credit-card>|4539578763621486⟧&b=2')
  const inner = fill('{"user":"§","n":1}', encode(marked('⟦email|j.okafor@brightwellclinic.org⟧'), JSON_TEXT.plain))
  add('json', 'JSON in a field', 'redact-pii', 'request', '', { parts: fill('payload=§&v=2', encode(inner, FORM.browser)) })
  add(
    'broken-percent',
    'broken escapes stand for themselves',
    'redact-pii',
    'request',
    `rate=5%&x=%zz&mail=⟦${MAIL}|j.okafor%40brightwellclinic.org⟧&y=%4`,
    {
      receipt: { remarks: undefined },
    },
  )
  const login =
    'username=okafor&password=⟦generic-password>%5Bredacted%3AGENERIC_PASSWORD%5D|Kx7%21vamper-31⟧&grant_type=password'
  add('password', 'a login', 'redact-all', 'request', login)
  add('clean', 'nothing to find', 'redact-pii', 'request', 'q=blue+lamp&page=2&sort=price%3Aasc&_=4539578763621487', {
    length: true,
  })
  add('observed', 'observe: left alone', 'observe', 'request', 'q=⟦email|j.okafor%40brightwellclinic.org⟧', {
    expect: { rawUnchanged: true },
  })
  return out
}
