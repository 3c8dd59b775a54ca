import { definePolicy, dlp } from 'edge-dlp'

// Each line marked WRONG selects what is no rule and no group; the compiler must refuse it, and nothing else.
definePolicy({ request: { 'payment/credit-card': 'redact', identity: 'redact', '*': 'allow' } })
definePolicy<'acme/badge'>({ request: { 'acme/badge': 'redact' } })
definePolicy({ request: { 'payment/credit-cart': 'redact' } }) // WRONG
definePolicy({ response: { 'identity/usa': 'redact' } }) // WRONG
definePolicy<'acme/badge'>({ request: { 'acme/bagde': 'redact' } }) // WRONG
dlp({ policy: { request: { paymnt: 'redact' } } }) // WRONG
dlp({ policy: { routes: [{ match: { path: '/a' }, response: { 'us-ssn': 'redact' } }] } }) // WRONG
dlp({ policy: { suppressions: [{ rule: 'payments', path: '/id', reason: 'order numbers', expires: '2099-01-01' }] } }) // WRONG
