/** Writes the bundle of `entry` to `outfile`, and gives that back. */
export function bundleFastly(entry?: string, outfile?: string): Promise<string>
