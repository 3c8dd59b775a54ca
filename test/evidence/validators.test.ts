import { describe, expect, it } from 'vitest'
import type { ValidatorId } from '../../src/core/validator-id.ts'
import type { Verdict } from '../../src/evidence/validator.ts'
import { VALIDATORS } from '../../src/evidence/validators/index.ts'
import { Random } from '../support/random.ts'

const encoder = new TextEncoder()

function check(id: ValidatorId, text: string): { text: string; confidence: Verdict['confidence'] } | undefined {
  // bytes around must not matter
  const bytes = encoder.encode(`9${text}9`)
  const verdict = VALIDATORS[id](bytes, 1, bytes.length - 1)
  return verdict === undefined
    ? undefined
    : { text: new TextDecoder().decode(bytes.subarray(verdict.start, verdict.end)), confidence: verdict.confidence }
}
const accepts = (id: ValidatorId, text: string, value = text) =>
  expect(check(id, text)).toEqual({ text: value, confidence: undefined })
const doubts = (id: ValidatorId, text: string, value = text) =>
  expect(check(id, text)).toEqual({ text: value, confidence: 'low' })
const refuses = (id: ValidatorId, text: string) => expect(check(id, text)).toBeUndefined()

describe('card-number', () => {
  // test numbers the networks and payment providers publish
  it.each([
    '4111111111111111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '6011111111111117',
    '30569309025904',
    '3530111333300000',
    '6759649826438453',
    '5019717010103742',
    '6200000000000005',
    '4111 1111 1111 1111',
    '3782-822463-10005',
  ])('%s is a card', (text) => accepts('card-number', text))
  it.each(['4222222222222', '4000000000000000006', '41111 11111 11111 1', '4111\n1111\n1111\n1111', '122000000000003'])(
    '%j is one only beside its name',
    (text) => doubts('card-number', text),
  )
  it.each([
    '4111111111111112',
    '0000000000000000',
    '9054507746663319',
    '0088421857811429',
    '41111111111',
    '44111111111111111111',
    '0.4111111111111111',
  ])('%s is none', (text) => refuses('card-number', text))
  it('narrows to the cards in a row of numbers', () => {
    accepts('card-number', '12 4111 1111 1111 1111 2031', '4111 1111 1111 1111')
    accepts('card-number', '4012-8888-8888-1881 4111 1111 1111 1111')
  })
})

describe('iban', () => {
  // examples of the SWIFT registry, one for each length and structure it uses
  it.each([
    'NO9386011117947',
    'BE68539007547034',
    'DE89370400440532013000',
    'GB29NWBK60161331926819',
    'CH9300762011623852957',
    'FR1420041010050500013M02606',
    'MT84MALT011000012345MTLCAST001S',
    'MU17BOMM0101101030300200000MUR',
    'BR9700360305000010009795493P1',
    'de89 3704 0044 0532 0130 00',
    'NO93-8601-1117-947',
    'SC18SSCB11010000000000001497USD',
  ])('%s is valid', (text) => accepts('iban', text))
  it.each([
    'DE89370400440532013001',
    'DE8937040044053201300',
    'GB29NWBK6016133192681X',
    'ZZ89370400440532013000',
    'AL47212A10090000000235698741',
  ])('%s is not', (text) => refuses('iban', text))
  it('takes a BIC of the same country with it, and no other word', () => {
    accepts('iban', 'BE68 5390 0754 7034 KREDBEBB')
    accepts('iban', 'BE68 5390 0754 7034 COMMDEFF', 'BE68 5390 0754 7034')
  })
  it('changing one digit makes it invalid', () => {
    const random = new Random(7)
    for (let i = 0; i < 200; i++) {
      const valid = 'DE89370400440532013000'
      const at = random.int(4, valid.length - 1)
      const digit = (Number(valid[at]) + random.int(1, 9)) % 10
      refuses('iban', valid.slice(0, at) + digit + valid.slice(at + 1))
    }
  })
})

describe('us-ssn', () => {
  it.each(['536-22-1234', '001-01-0001', '899-99-9999', '078 05 1123'])('%s is one', (text) => accepts('us-ssn', text))
  it.each(['536221234', '536-221234', '536\n22\n1234'])('%j is one beside its name', (text) => doubts('us-ssn', text))
  it.each(['000-12-3456', '666-12-3456', '900-12-3456', '999-99-9999', '123-00-4567', '123-45-0000', '111-11-1111', '111111111'])(
    '%s is none',
    (text) => refuses('us-ssn', text),
  )
})

describe('email-address', () => {
  it.each([
    'a@example.com',
    'first.last+tag@sub.example.co.uk',
    'X_Y%z@EXAMPLE.ORG',
    "o'brien@example.ie",
    'user@xn--80ak6aa92e.com',
    'a@xn--d1acufc.xn--p1ai',
    'josé@bücher.de',
  ])('%s is one', (text) => accepts('email-address', text))
  it.each(['a@6.1.1', 'a@localhost', 'a@.com', 'a@-x.com', 'icon@2x.png', 'a.@example.com', 'a@x.c', '.@example.com'])(
    '%s is none',
    (text) => refuses('email-address', text),
  )
  it('narrows to the address', () => {
    accepts('email-address', '...a@example.com', 'a@example.com')
    accepts('email-address', "'a@example.com", 'a@example.com')
    accepts('email-address', 'a@example.com.2', 'a@example.com')
    accepts('email-address', '宛先a@example.com', 'a@example.com')
    accepts('email-address', 'a@example.comまで', 'a@example.com')
    accepts('email-address', `${'x'.repeat(80)}@example.com`, `${'x'.repeat(64)}@example.com`)
  })
})

describe('ip-address', () => {
  // RFC 4291 section 2.2 and RFC 5952 section 4
  it.each([
    '192.0.2.1',
    '0.0.0.0',
    '255.255.255.255',
    '10.0.0.0/8',
    '8.8.8.8',
    '2001:DB8:0:0:8:800:200C:417A',
    '2001:DB8::8:800:200C:417A',
    'FF01::101',
    '::13.1.68.3',
    '::FFFF:129.144.52.38',
    '2001:0DB8:0:CD30::/60',
    'fe80::1234%eth0',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:13.1.68.3',
  ])('%s is one', (text) => accepts('ip-address', text))
  it.each(['110.0.0.0', '::1', 'a::b', '::Dad'])('%s is one beside its name', (text) => doubts('ip-address', text))
  it.each([
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::1',
    '12:30:45',
    'aa:bb:cc:dd:ee:ff',
    ':::',
    '::ffff:256.0.0.1',
    '1:2:3:4:5:6:7::8:9',
    '::ffff:192.168.1',
  ])('%s is none', (text) => refuses('ip-address', text))
  it('leaves a number behind a dot of its own', () => {
    accepts('ip-address', '2001:db8::7334.1112', '2001:db8::7334')
    accepts('ip-address', 'add:192.0.2.1', '192.0.2.1')
  })
  it('leaves a sentence its end, and a number that is no prefix length', () => {
    accepts('ip-address', '192.0.2.1.', '192.0.2.1')
    accepts('ip-address', '2001:db8::1:', '2001:db8::1')
    accepts('ip-address', '192.0.2.1/64', '192.0.2.1')
  })
})

describe('phone-e164', () => {
  // numbers reserved for fiction and examples (NANP 555-01xx, Ofcom), and the shapes of ITU-T E.123
  it.each([
    '+14155550132',
    '+1 415 555 0132',
    '+44 20 7946 0958',
    '+44 (20) 7946 0958',
    '+39 06 1234 5678',
    '+376712345',
    '+971501234567',
    '+4930901820',
  ])('%s is one', (text) => accepts('phone-e164', text))
  it.each([
    '+0123456789',
    '+1415555013',
    '+141555501321',
    '+999123456789',
    '+210123456',
    '+1 (415 555 0132',
    '+123456',
    '+2020010112'.slice(0, 8),
  ])('%s is none', (text) => refuses('phone-e164', text))
})

describe('tokens', () => {
  const body = 'lzfGNUNLXkXR3UuaqoVUtEplBQj0Mk1dMleW'
  it('of GitHub', () => {
    accepts('github-token', `ghp_${body}`)
    refuses('github-token', `ghp_${'x'.repeat(36)}`)
    accepts('github-token', `github_pat_${body.slice(0, 22)}_${body}${body.slice(0, 23)}`)
  })
  it('of AWS', () => {
    accepts('aws-access-key', `AKIA${'J2WKYPY5ERF3H5CS'}`)
    refuses('aws-access-key', 'AKIAIOSFODNN7EXAMPLE')
    accepts('aws-secret-key', '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')
    refuses('aws-secret-key', 'f3012c6f473ac07f1e760ac4b423eb1dc70fd144')
    refuses('aws-secret-key', 'abcdefghijklmnopqrstuvwxyzabcdefghijklmn')
    refuses('aws-secret-key', 'AAAAaaaa1111AAAAaaaa1111AAAAaaaa1111AAAA')
  })
  it('of Slack', () => {
    accepts('slack-token', `xoxb-${'781236542736-2364535789652-GkwFDQoHqzXDVsC6GzqYUypD'}`)
    refuses('slack-token', 'xoxb-xxxxxxxxx-xxxxxxxxxx-xxxxxxxxxxxx')
    refuses('slack-token', 'xoxp-1234-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d')
    refuses('slack-token', 'xoxe-1-xxxxxxxxxxx')
    refuses('slack-token', 'xapp-1-short-but-otherwise-fine')
  })
  it('of Stripe', () => {
    accepts('stripe-key', `sk_live_${'JO4lShEeFWXIHsaeXGtE7mpY'}`)
    refuses('stripe-key', `sk_live_${'x'.repeat(24)}`)
  })
})

describe('jwt', () => {
  // RFC 7519 sections 3.1 and 6.1; RFC 7516 appendix A.2 (shortened parts)
  const signed =
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  const unsigned =
    'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.'
  const encrypted =
    'eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7Iu.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.9hH0vgRfYgPnAHOd8stkvw'
  it.each([signed, unsigned, encrypted])('%s is one', (text) => accepts('jwt', text))
  it('ends where its kind ends', () => accepts('jwt', `${signed}.more`, signed))
  it.each([
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ.eyJzdWIiOiIxIn0.abc',
    'eyJBB.eyJCC.eyJDDDD',
    'bm90X3ZhbGlkX2pzb24.abc.def',
    'eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiIxIn0.abc',
  ])('%s is none', (text) => refuses('jwt', text))
})

describe('private-key', () => {
  const line = 'MHcCAQEEIDVZAUm9hgFApiSwUQiIu0luXIqofAM9C/4jDwfmyNP9UaAF4O+L+pz1'
  const begin = `-----BEGIN EC PRIVATE ${'KEY'}-----`
  const end = `-----END EC PRIVATE ${'KEY'}-----`
  it.each([
    `${begin}\n${line}\n${end}`,
    `${begin}\\n${line}\\n${end}`,
    `${begin} ${line} ${end}`,
    `${begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${line}\n${end}`,
  ])('%j is one', (text) => accepts('private-key', text))
  it('that was cut ends with its last line', () =>
    accepts('private-key', `${begin}\n${line}\n${line.slice(0, 30)}\nand so on`, `${begin}\n${line}\n${line.slice(0, 30)}`))
  it('in base64 once more is one', () =>
    accepts('private-key', Buffer.from(`${begin}\n${line}\n${line}\n${end}`).toString('base64')))
  it.each([`${begin}\n...\n${end}`, `${begin}\nYWJjZGVmZ2hpamtsbW5v\n${end}`, `${begin}${end}`])('%j is a placeholder', (text) =>
    refuses('private-key', text),
  )
})

describe('database-url', () => {
  it.each([
    'postgres://u:s3cr3t@db/x',
    'mongodb+srv://u:p@ss1w@c.example.net/x?y=1',
    'redis://:s3cr3t@cache:6379/0',
    'jdbc:mysql://u:s3cr3t@db:3306/x',
    'jdbc:postgresql://db/x?user=u&password=s3cr3t',
  ])('%s is found whole', (text) => accepts('database-url', text))
  it.each([
    'Server=s;Database=d;User Id=u;Password=s3cr3t;',
    'PWD=s3cr3t;UID=u;SERVER=s',
    'jdbc:sqlserver://s;user=u@x;password=s3cr3t;x=y',
    'Host = s ; Password = s3cr3t ; Port=1',
  ])('%s is narrowed to the password', (text) => accepts('database-url', text, 's3cr3t'))
  it.each([
    'postgres://db/x',
    'postgres://u@db/x',
    'postgres://u:u@db/x',
    'postgres://u:${PW}@db/x',
    'postgres://$(U):$(P)@db/x',
    'mysql://u:<password>@db/x',
    'mysql://u:YOUR_PASSWORD@db/x',
    'Server=s;Password=;',
    'Server=s;Password=[redacted:DATABASE_URL];x=y',
    'a=b;Password=s3cr3t',
  ])('%s is none', (text) => refuses('database-url', text))
})

describe('passwords', () => {
  it.each(['hunter2', 'correct horse battery staple 9', '12345', 'пароль1', 'a'.repeat(1024).replace('a', 'b')])(
    'the whole value %s is one',
    (text) => accepts('password-value', text),
  )
  it.each([
    '',
    'null',
    'None',
    'true',
    '${PW}',
    '{{ pw }}',
    '<password>',
    '%PW%',
    '$PASSWORD',
    '********',
    'xxxx',
    '...',
    ',.:-¨@*¿?!',
    'changeme',
    'your-password',
    '[redacted:GENERIC_PASSWORD]',
    '************1111',
    'j******m',
  ])('the whole value %j is none', (text) => refuses('password-value', text))
  it('an assignment is narrowed to its value', () => {
    accepts('password-assignment', 'password = "hunter2!"', 'hunter2!')
    accepts('password-assignment', "passwd' => 's3cret value'", 's3cret value')
    accepts('password-assignment', 'password=hunter22', 'hunter22')
    accepts('password-assignment', 'Password: Xy7!pq,', 'Xy7!pq')
  })
  it.each([
    'password: string',
    'password = getpass.getpass(',
    'password=req.body.password',
    'password=process.env.PW1',
    'password: "Enter your password"',
    'password: null',
    'password=$PW',
    'pwd=/home/user/x',
  ])('%s holds none', (text) => refuses('password-assignment', text))
})

it('no validator throws or leaves its span, whatever the bytes', () => {
  const random = new Random(42)
  const alphabet = encoder.encode('0123456789abcdefABCDEF@.:-_/+=*[]{}<>"\' \n\\$%;,x\u00e9\u4e00')
  for (const [id, validate] of Object.entries(VALIDATORS)) {
    for (let i = 0; i < 1000; i++) {
      const bytes = Uint8Array.from({ length: random.int(1, 90) }, () =>
        random.chance(0.95) ? random.pick([...alphabet]) : random.int(0, 255),
      )
      const start = random.int(0, bytes.length - 1)
      const end = random.int(start + 1, bytes.length)
      const verdict = validate(bytes, start, end)
      if (verdict === undefined) continue
      expect(verdict.start, id).toBeGreaterThanOrEqual(start)
      expect(verdict.end, id).toBeLessThanOrEqual(end)
      expect(verdict.end, id).toBeGreaterThan(verdict.start)
      // the same bytes elsewhere give the same answer
      const alone = validate(bytes.slice(start, end), 0, end - start)
      expect(alone === undefined ? undefined : { ...alone, start: alone.start + start, end: alone.end + start }, id).toEqual(
        verdict,
      )
    }
  }
})
