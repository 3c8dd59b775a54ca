/** One step a byte and nothing else: the walk of a dense automaton, 64 classes a state. Answers the state at the end. */
export function walk(text: usize, length: u32, classOf: usize, table: usize): u32 {
  let state: u32 = 0
  for (let i: u32 = 0; i < length; i++) {
    state = load<u16>(table + (((state << 6) | <u32>load<u8>(classOf + load<u8>(text + i))) << 1))
  }
  return state
}
