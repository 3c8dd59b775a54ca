export const CARD: string
export const TOKEN: string
export function startOrigin(): Promise<{ url: string; close(): void }>
