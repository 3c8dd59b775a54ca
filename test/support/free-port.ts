import net from 'node:net'

/** A port of 127.0.0.1 that nobody has, below those the kernel gives to anybody who asks for one: so nobody gets it before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const server = net.createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    await new Promise((closed) => server.close(closed))
    if (free) return port
  }
}
