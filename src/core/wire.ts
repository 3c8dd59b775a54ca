/** Empty and shared byte constants. */
export const EMPTY: Uint8Array = new Uint8Array(0)
