// What the bundlers make of an imported .wasm file: a compiled module. (The package's own types describe its exports.)
declare const module: WebAssembly.Module
export default module
