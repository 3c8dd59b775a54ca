// The scanner's kernel, imported as what the bundlers make of a .wasm file: a compiled module.
declare module '*/kernel.wasm' {
  const module: WebAssembly.Module
  export default module
}
