/** The part of WebAssembly's JavaScript interface that is used here; TypeScript knows it only together with the DOM. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
}

/** A compiled module; can be sent to a worker thread. */
export type WasmModule = object;

interface Interface {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: { env: { memory: WasmMemory } }) => { readonly exports: unknown };
  /** Sizes in pages of 64 KiB. */
  Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  RuntimeError: new (message: string) => Error;
}

export const webAssembly = (globalThis as unknown as { WebAssembly: Interface }).WebAssembly;
