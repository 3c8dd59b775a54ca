import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'ip-address',
  label: 'ip_address',
  title: 'IPv4 or IPv6 address, with its prefix length',
  source: 'RFC 6943 section 3.1.1 (IPv4); RFC 4291 section 2.2, RFC 5952 and RFC 4007 section 11 (IPv6)',
  // more than an address is taken, so that a longer dotted number or a fingerprint is refused as a whole
  pattern:
    '\\b(?:[0-9]{1,4}(?:\\.[0-9]{1,4}){3,9}(?:/[0-9]{1,2})?|(?:[0-9A-Fa-f]{1,5}:[0-9A-Fa-f:]{2,72}|[0-9A-Fa-f]{2,4}::|::[0-9A-Fa-f][0-9A-Fa-f:]{0,72})(?:\\.[0-9]{1,4}){0,6}(?:/[0-9]{1,3}|%[0-9A-Za-z]{1,15})?)\\b',
  validator: 'ip-address',
  confidence: 'medium',
  keys: ['ip', 'ip address', 'ipaddress', 'ip addr', 'remote addr', 'remote ip', 'client ip', 'ipv4', 'ipv6', 'x forwarded for', 'source ip', 'src ip', 'dst ip'],
  words: ['ip', 'ips', 'ipv4', 'ipv6', 'src', 'dst', 'host', 'address', 'connecting', 'client', 'server', 'subnet', 'cidr', 'gateway'],
  samples: {
    find: ['from ⟦192.0.2.17⟧ port', '⟦10.0.0.0/8⟧', 'my ip: ⟦684D:1111:222:3333:4444:5555:6:77⟧', '⟦2001:db8::8a2e:370:7334⟧', '⟦::ffff:192.0.2.1⟧', '[⟦fe80::204:61ff:fe9d:f156⟧]:443', 'my ip: ⟦::1⟧.', '⟦fe80::1%eth0⟧', 'ip ⟦1.2.3.4⟧'],
    ignore: [
      '1.2.3.4.5',
      'v1.2.3.4',
      '256.1.1.1',
      '192.168.1.256',
      '12:34:56',
      'aa:bb:cc:dd:ee:ff',
      'std::cout',
      'MyClass::toString',
      'Chrome/110.0.0.0 Safari',
      '01.02.03.04',
      'a::before',
      '2001::25de::cade',
      '12345:db8::1',
      ':::',
      'text192.168.1.1',
      '43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8',
      '[redacted:IP_ADDRESS]',
    ],
  },
}
