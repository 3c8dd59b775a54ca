// What the bundlers make of these files: a compiled module, and bytes.
declare module '*/kernel.wasm' {
  const module: WebAssembly.Module
  export default module
}
declare module '*.bin' {
  const bytes: ArrayBuffer
  export default bytes
}
declare module '*/page.txt' {
  const text: string
  export default text
}
