/**
 * Tensors of the wasm backend seen as typed arrays without copying: what lets an inner loop in TypeScript work on
 * the same memory as the backend's own products. Views go stale when that memory grows, so take them late and briefly.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** Emscripten's heap, which tfjs's own types leave out. */
type WithHeap = BackendWasm & { wasm: { HEAPU8: Uint8Array } };

/** The wasm backend's memory, for the length of one kernel call. */
export class WasmMemory {
  readonly #backend: WithHeap;

  constructor(backend: object) {
    this.#backend = backend as WithHeap;
  }

  /** The tensor's float32 values in place. Valid until the next allocation. */
  floats(tensor: tf.TensorInfo): Float32Array {
    return new Float32Array(
      this.#backend.wasm.HEAPU8.buffer,
      this.#address(tensor),
      tf.util.sizeFromShape(tensor.shape),
    );
  }

  /** The tensor's int32 values in place. Valid until the next allocation. */
  ints(tensor: tf.TensorInfo): Int32Array {
    return new Int32Array(this.#backend.wasm.HEAPU8.buffer, this.#address(tensor), tf.util.sizeFromShape(tensor.shape));
  }

  /** A new float32 tensor with undefined content. */
  allocate(shape: number[]): tf.TensorInfo {
    return this.#backend.makeOutput(shape, 'float32');
  }

  free(tensor: tf.TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }

  /**
   * a [M, K] times b [K, N]. The backend keeps b packed for as long as its tensor lives: never write into a tensor
   * that has been a right-hand side.
   */
  matMul(a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
    const kernel = tf.getKernel('BatchMatMul', 'wasm');
    const attrs = { transposeA: false, transposeB: false };
    return kernel.kernelFunc({ inputs: { a, b }, backend: this.#backend, attrs }) as tf.TensorInfo;
  }

  #address(tensor: tf.TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0;
  }
}
