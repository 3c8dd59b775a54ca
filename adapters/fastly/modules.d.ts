// What the bundler makes of an imported file of bytes.
declare module '*.bin' {
  const bytes: Uint8Array
  export default bytes
}

/** True in a build for a linked engine (`npm run build:fastly -- --linked`): written in by the bundler. */
declare const LINKED: boolean
