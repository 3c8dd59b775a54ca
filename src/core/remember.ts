/** Longer texts are not kept. */
const LONG = 256

/** The same answer for the same text without making it again; forgets all when it knows `most`. For texts of which a service sees few, over and over. */
export function remember<Value>(make: (text: string) => Value, most = 256): (text: string) => Value {
  const known = new Map<string, Value>()
  return (text) => {
    if (text.length > LONG) return make(text)
    const found = known.get(text)
    if (found !== undefined) return found
    const made = make(text)
    if (known.size >= most) known.clear()
    known.set(text, made)
    return made
  }
}
