import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'mac-address',
  label: 'mac_address',
  title: 'MAC address (EUI-48)',
  source: 'IEEE 802-2014 section 8.1; RFC 9542 section 2.1',
  // longer rows of pairs are taken whole and refused: fingerprints
  pattern: '\\b(?:[0-9A-Fa-f]{2}(?:[:\\-][0-9A-Fa-f]{2}){5,31}|[0-9A-Fa-f]{4}(?:\\.[0-9A-Fa-f]{4}){2,7})\\b',
  validator: 'mac-address',
  joints: '.:-',
  confidence: 'medium',
  keys: ['mac', 'mac address', 'macaddr', 'hwaddr', 'hardware address', 'ether'],
  words: ['mac', 'mac address', 'hardware address', 'hwaddr', 'ethernet', 'physical address'],
  samples: {
    find: ['Device MAC: ⟦AA:BB:CC:DD:EE:FF⟧', '⟦00-1a-2b-3c-4d-5e⟧', '⟦d050.9984.a2a0⟧', 'link/ether ⟦fe:54:00:76:07:0a⟧ brd'],
    ignore: [
      '00:1A:2B:3C:4D',
      'FF:FF:FF:FF:FF:FF',
      '00:00:00:00:00:00',
      'd0:50:99:84:a2:a0:ff',
      '10:2F:33-AC-29-C3',
      '43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8',
      '1234.5678.9012',
      '[redacted:MAC_ADDRESS]',
    ],
  },
}
