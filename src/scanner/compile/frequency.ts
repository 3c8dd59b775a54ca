/**
 * How often each byte occurs, per 100,000, at least 1: the mean of JSON, HTML, logs and source code (4 kinds, each the same weight),
 * measured on the benign texts of the accuracy corpora. Only costs depend on it, never an answer.
 */
// biome-ignore format: a table of 16 by 16
const FREQUENCY: readonly number[] = [
  1, 1, 1, 1, 1, 1, 1, 1, 1, 806, 1857, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  15481, 17, 3346, 32, 21, 17, 64, 384, 643, 645, 59, 80, 1349, 975, 2001, 2031,
  1735, 1361, 1061, 694, 581, 769, 561, 407, 423, 467, 1845, 133, 633, 588, 711, 36,
  33, 253, 166, 444, 97, 285, 121, 175, 221, 181, 33, 68, 160, 275, 97, 132,
  198, 38, 262, 339, 345, 92, 61, 169, 48, 38, 30, 350, 37, 349, 2, 562,
  105, 3265, 688, 2250, 1759, 5629, 776, 1102, 1444, 2786, 212, 408, 2477, 1277, 2671, 3735,
  1772, 145, 3334, 3839, 4557, 1535, 517, 481, 549, 514, 125, 440, 39, 439, 1, 1,
  76, 155, 119, 29, 13, 12, 23, 27, 13, 11, 9, 35, 30, 65, 8, 17,
  2, 3, 5, 8, 3, 27, 1, 19, 4, 4, 15, 5, 7, 4, 2, 23,
  4, 18, 2, 6, 15, 4, 19, 8, 35, 4, 21, 9, 7, 6, 21, 17,
  473, 156, 57, 10, 21, 81, 8, 25, 79, 14, 28, 29, 26, 51, 99, 67,
  1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  506, 226, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  530, 1, 18, 128, 6, 18, 12, 8, 4, 3, 1, 1, 1, 1, 1, 2,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
]

const TOTAL = FREQUENCY.reduce((sum, count) => sum + count, 0)

/** Probability that a byte of ordinary text is in the set. */
export function probability(set: Uint8Array): number {
  let sum = 0
  for (let byte = 0; byte < 256; byte++) if (set[byte]) sum += FREQUENCY[byte]
  return sum / TOTAL
}
