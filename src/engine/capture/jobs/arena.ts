/** The memory of a captured step: one block on the wasm backend, in which everything has a place. */
import type { WasmKernels } from '../../wasm/wasmKernels.ts';

const ALIGNMENT = 64;

/** Hands out places before the block is there; offsets are in bytes. */
export class ArenaLayout {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): number {
    const offset = this.#bytes;
    this.#bytes += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return offset;
  }
}

export class Arena {
  readonly kernels: WasmKernels;
  readonly start: number;

  /** Throws one sentence when there is not so much memory. */
  constructor(kernels: WasmKernels, bytes: number) {
    this.kernels = kernels;
    this.start = kernels.reserve(bytes);
  }

  /** Views are valid until memory grows: made anew for every use. */
  words(offset: number, count: number): Int32Array {
    return new Int32Array(this.kernels.buffer, this.start + offset, count);
  }

  floats(offset: number, count: number): Float32Array {
    return new Float32Array(this.kernels.buffer, this.start + offset, count);
  }

  bytes(offset: number, count: number): Uint8Array {
    return new Uint8Array(this.kernels.buffer, this.start + offset, count);
  }

  dispose(): void {
    this.kernels.release(this.start);
  }
}
