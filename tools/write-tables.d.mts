/** Writes dist/tables/rules.bin and screen.bin where they are not what the rules say. */
export function writeTables(): Promise<void>
/** The same, and searches.bin. */
export function writeSearches(): Promise<void>
