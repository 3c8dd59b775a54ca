// Types of bundle-fastly.mjs.
export function bundleFastly(entry?: string, outfile?: string, linked?: boolean): Promise<string>
