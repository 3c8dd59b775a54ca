/**
 * Ordinary traffic in little: records, logs, pages, code and prose, with the numbers, times, ids and names that they are full of. It only steers which windows
 * share a bucket: byte frequencies alone do not know that digits stand beside digits. Values are made up; none is anybody's.
 */
export const SAMPLE_TEXT = `[{"id":"ord-71934","status":"paid","created":"2026-03-14T08:05:27Z","total":{"amount":137.5,"currency":"EUR"},"lines":[{"sku":"LMP-0042-B","name":
"harbor lamp","quantity":2,"price":49.90,"note":"leave it at the willow door"}],"gift":true,"customer":{"id":48213,"tags":["new","b2b"]}},{"id":"ord-90218","status":"open",
"created":"2026-11-02T19:44:03.118Z","total":{"amount":8.25,"currency":"USD"},"coupon":null,"score":0.8731,"eta":1764316800}]
{
  "version": "4.12.0",
  "count": 1284,
  "next": "https://api.example.com/v2/items?page=3&limit=50&sort=-created",
  "etag": "d41d8cd98f00b204e9800998ecf8427e",
  "requestId": "0b7c9c1e-5d1f-4f0e-9a57-3f1d2c4b5a69",
  "location": {"lat": 52.5206, "lon": 13.4094, "zoom": 11},
  "enabled": false
}
203.0.113.27 - - [14/Mar/2026:08:05:27 +0000] "GET /assets/app.3f9a1c.js HTTP/1.1" 200 18324 "https://www.example.com/shop/lamps" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/129.0.0.0"
198.51.100.4 - kim [14/Mar/2026:08:05:28 +0000] "POST /api/orders/71934/pay HTTP/2.0" 201 512 "-" "okhttp/4.12.0" rt=0.043 upstream=10.0.3.17:8443
2026-03-14 08:05:29,417 INFO  [worker-7] o.s.web.Router - matched route=/orders/{id} in 12ms bytes=20481 user=48213 trace=4bf92f3577b34da6a3ce929d0e0e4736
Mar 14 08:05:31 web-3 kernel: [91823.551203] eth0: link up, 1000 Mbps, full duplex; mac 0a:1b:2c:3d:4e:5f
level=warn ts=1764316800.118 caller=cache.go:218 msg="slow read" key=session:91ab size=4096 took=318.2ms retry=2/5
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps, chairs and tables</title><link rel="stylesheet" href="/css/main.css?v=20260314"></head>
<body class="page page--list"><div id="content" data-page="1" style="margin:0 auto;max-width:1280px"><ul class="grid">
<li><a href="/p/1042-harbor-lamp" title="Harbor lamp"><img src="/img/1042_320x240.webp" width="320" height="240" alt=""></a> <span class="price">€ 49,90</span></li>
<p>Call us Monday to Friday from 9:00 to 17:30, or write to us: we answer within 24 hours. Free delivery from 75 euro. &copy; 2012-2026</p></div>
<script src="https://cdn.example.net/lib/3.7.1/core.min.js"></script></body></html>
The committee met on 3 May 1998 and again in 2004; of its 1,250 members, 62 percent voted for the proposal, which was adopted (see section 4.2, pages 118-124). "It will
take us ten years," the chairman said, "but we shall get there." Between 1990 and 2010 the population of the district grew from 48,300 to 61,720.
export async function loadUsers(page = 1, size = 100): Promise<User[]> {
  const response = await fetch(\`\${BASE_URL}/users?page=\${page}&size=\${size}\`, { headers: { accept: 'application/json', 'x-request-id': id } })
  if (response.status !== 200) throw new Error('users: ' + response.status)
  for (let i = 0; i < rows.length; i++) total += rows[i].price * (1 - rows[i].discount / 100)
  return (await response.json()).items.map((row: Row) => ({ ...row, created: new Date(row.created_at) }))
}
#include <stdint.h>
static const uint32_t TABLE[] = { 0x00000000, 0x77073096, 0xee0e612c, 0x990951ba }; /* 256 entries, 4 bytes each */
date,store,item,quantity,price,total
2026-03-14,17,LMP-0042-B,2,49.90,99.80
2026-03-15,3,CHR-1180-A,14,129.00,1806.00
content-type: application/json; charset=utf-8
content-length: 2048
date: Sat, 14 Mar 2026 08:05:27 GMT
cache-control: public, max-age=31536000, immutable
x-trace: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
`
