// What the bundler makes of an imported file of bytes.
declare module '*.bin' {
  const bytes: Uint8Array
  export default bytes
}
