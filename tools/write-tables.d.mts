/** Writes dist/tables/rules.bin, screen.bin and searches.bin where they are not what the rules say. */
export function writeTables(): Promise<void>
