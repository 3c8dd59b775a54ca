import type { RuleDefinition } from '../../src/core/rule.ts'

const NAME =
  'date[ _\\-]?of[ _\\-]?birth|birth[ _\\-]?(?:date|day)|dob|d\\.o\\.b\\.?|born(?: on)?|geburtsdatum|geburtstag|geboren(?: am)?|fecha de nacimiento|date de naissance|née? le|data de nascimento|data di nascita|nato il|geboortedatum|data urodzenia'

export const rule: RuleDefinition = {
  id: 'date-of-birth',
  label: 'date_of_birth',
  title: 'Date of birth beside its name',
  source: 'ISO 8601-1; names as APIs, forms and records use them',
  pattern: `(?<![0-9A-Za-z])(?i:${NAME})["'\\]]{0,2}[ \\t]{0,4}(?::|=>|=| is| was|\\))?[ \\t]{0,4}["']?(?:[0-9]{1,4}[.\\-/ ][0-9]{1,2}[.\\-/ ][0-9]{1,4}|[0-9]{8}|[0-9]{1,2}(?i:st|nd|rd|th|\\.)?[ .\\-]{0,2}(?:de )?[A-Za-z\\x80-\\xff]{3,12}[.,]{0,2}(?: de)?[ .\\-]{1,2}[0-9]{2,4}|[A-Za-z]{3,12}\\.? [0-9]{1,2}(?i:st|nd|rd|th)?,? [0-9]{4})(?![0-9A-Za-z])`,
  validator: 'date-assignment',
  confidence: 'medium',
  byKey: true,
  valueValidator: 'date-value',
  keys: [
    'date of birth',
    'birth date',
    'birthdate',
    'birthday',
    'dob',
    'bday',
    'birth dt',
    'born',
    'geburtsdatum',
    'geburtstag',
    'fecha de nacimiento',
    'fecha nacimiento',
    'date de naissance',
    'date naissance',
    'data de nascimento',
    'data nascimento',
    'data di nascita',
    'data nascita',
    'geboortedatum',
    'data urodzenia',
  ],
  samples: {
    find: [
      'date of birth: ⟦1982-03-29⟧',
      'DOB ⟦3/29/1982⟧,',
      'born on ⟦29 March 1982⟧',
      'geboren am ⟦29.3.1982⟧',
      'Fecha de nacimiento: ⟦29/03/1982⟧',
      'birthday=⟦19820329⟧',
    ],
    ignore: [
      'date: 1982-03-29',
      'dob: 1982-13-32',
      'birthday party',
      'born in 1982',
      'dob: n/a',
      'dob: [redacted:DATE_OF_BIRTH]',
    ],
  },
}
