/**
 * Our kernels on tfjs-backend-wasm: they compute in that backend's own memory, on its tensors where they are, on one
 * thread or on all (when that memory is shared). One instance a backend, made on first use.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type BuildName, chooseBuild, instantiate, type KernelExports } from './kernelBuild.ts';
import { type JobName, JOBS } from './jobs.ts';
import { kernelOptions } from './kernelOptions.ts';
import { ThreadChoice } from './threadChoice.ts';
import { CONTROL_BYTES, WorkerTeam } from './workerTeam.ts';
import { type WasmMemory, webAssembly } from './webAssembly.ts';
import { leaveWide } from './wideCompilation.ts';

/** Below this many multiply-adds (or cells) meeting at a barrier costs more than a second thread saves. */
const WORTH_SHARING = 250_000;
const ARGUMENT_BYTES = 256;
const ALIGNMENT = 64;

/** The parts of Emscripten's module that tfjs does not declare. */
interface BackendModule {
  asm: { memory: WasmMemory };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Is told what the kernels do, while a step is recorded. */
export interface KernelObserver {
  /** The host looks at a tensor's values, or writes them. */
  touched(tensor: TensorInfo): void;
  /** A job has run; arguments as given to `run`. */
  ran(job: JobName, words: readonly number[], floats: readonly number[], work: number): void;
}

const instances = new WeakMap<object, WasmKernels>();

export class WasmKernels {
  readonly build: BuildName;
  observer: KernelObserver | null = null;
  readonly #backend: BackendWasm;
  readonly #module: BackendModule;
  readonly #exports: KernelExports;
  readonly #wide: boolean;
  /** One allocation: arguments, control block, the threads' scratch. */
  readonly #block: number;
  readonly #args: number;
  readonly #team: WorkerTeam | null;
  readonly #choice = new ThreadChoice();
  /** Blocks by the address given for them. */
  readonly #reserved = new Map<number, number>();
  #arena = { address: 0, bytes: 0 };
  /** Of the last call of `scratch`: where its arrays begin, and how many bytes they are. */
  scratchInUse = { start: 0, bytes: 0 };

  private constructor(backend: object) {
    this.#backend = backend as BackendWasm;
    this.#module = this.#backend.wasm as unknown as BackendModule;
    const { memory } = this.#module.asm;
    const options = kernelOptions();
    const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
    const { name, module, wide } = chooseBuild(options.folder, shared, options.reproducible);
    this.build = name;
    this.#wide = wide;
    this.#exports = instantiate(module, memory);
    const threads = shared ? options.threads : 1;
    const bytes = ARGUMENT_BYTES + CONTROL_BYTES + threads * this.#exports.scratchBytes();
    this.#block = this.#module._malloc(bytes + ALIGNMENT) >>> 0;
    this.#args = aligned(this.#block);
    const control = this.#args + ARGUMENT_BYTES;
    const scratch = control + CONTROL_BYTES;
    new Uint8Array(memory.buffer, control, CONTROL_BYTES).fill(0);
    this.#exports.start(control, scratch);
    this.#team = threads > 1 ? new WorkerTeam({ module, memory, control, scratch }, threads, options.report) : null;
  }

  static of(backend: object): WasmKernels {
    let kernels = instances.get(backend);
    if (!kernels) {
      kernels = new WasmKernels(backend);
      instances.set(backend, kernels);
    }
    return kernels;
  }

  /** Threads a kernel may use now. */
  get threads(): number {
    return this.#team?.size ?? 1;
  }

  /** Resolves when all threads are there; before that the kernels work with one. */
  async ready(): Promise<void> {
    await this.#team?.ready();
  }

  /** The address of a tensor's values; stays as long as the tensor lives. */
  address(tensor: TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0;
  }

  /** A new float32 tensor with undefined content. */
  allocate(shape: number[]): TensorInfo {
    return this.#backend.makeOutput(shape, 'float32');
  }

  /** The values of a float32 tensor in place. Valid until the next allocation. */
  floats(tensor: TensorInfo): Float32Array {
    this.observer?.touched(tensor);
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    return new Float32Array(this.#module.asm.memory.buffer, this.address(tensor), size);
  }

  /** The same of an int32 tensor. */
  ints(tensor: TensorInfo): Int32Array {
    const { buffer, byteOffset, length } = this.floats(tensor);
    return new Int32Array(buffer, byteOffset, length);
  }

  /** For tensors that `allocate` made and no caller gets. */
  free(tensor: TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }

  /** Addresses of scratch arrays of so many floats each; theirs until the next call of this function. */
  scratch(sizes: number[]): number[] {
    const bytes = sizes.map((size) => Math.ceil((4 * size) / ALIGNMENT) * ALIGNMENT);
    const total = bytes.reduce((a, b) => a + b, 0) + ALIGNMENT;
    if (total > this.#arena.bytes) {
      this.#module._free(this.#arena.address);
      this.#arena = { address: 0, bytes: 0 };
      this.#arena = { address: this.#module._malloc(total) >>> 0, bytes: total };
    }
    let next = aligned(this.#arena.address);
    this.scratchInUse = { start: next, bytes: total - ALIGNMENT };
    return bytes.map((size) => (next += size) - size);
  }

  /**
   * Runs a job. `words` are its arguments in the order of its class in assembly/ (addresses and counts), `floats` those
   * at its end; `work` is about how many multiply-adds it is, which decides whether threads may share it. No job writes
   * into its inputs, so one that a worker is lost in is simply repeated on one thread.
   */
  run(job: JobName, words: number[], work: number, floats: number[] = []): void {
    const { buffer } = this;
    this.observer?.ran(job, words, floats, work);
    new Int32Array(buffer, this.#args, words.length).set(words);
    if (floats.length > 0) new Float32Array(buffer, this.#args + 4 * words.length, floats.length).set(floats);
    const threads = work < WORTH_SHARING ? 1 : this.threads;
    this.#timed(`${job} ${work}`, threads, (size) => {
      this.#exports.run(JOBS[job], this.#args, size);
    });
  }

  /**
   * Runs a list of `count` jobs at an address, one after the other: of each its number, the address of its arguments, and
   * about how many multiply-adds it is. Because no list changes what it begins with, one that a worker is lost in is repeated.
   */
  runList(list: number, count: number): void {
    this.#timed(`list ${list}`, this.threads, (size) => {
      this.#exports.runList(list, count, size, WORTH_SHARING);
    });
  }

  /** Memory for something that is no tensor, aligned for SIMD; the caller releases it. */
  reserve(bytes: number): number {
    const block = this.#module._malloc(bytes + ALIGNMENT) >>> 0;
    const address = aligned(block + 1);
    this.#reserved.set(address, block);
    return address;
  }

  release(address: number): void {
    this.#module._free(this.#reserved.get(address)!);
    this.#reserved.delete(address);
  }

  /** The memory as it is now; another object once it has grown. */
  get buffer(): ArrayBuffer {
    return this.#module.asm.memory.buffer as ArrayBuffer;
  }

  /** On all threads or one, whichever has been quicker. */
  #timed(kind: string, threads: number, work: (threads: number) => void): void {
    if (threads === 1) {
      work(1);
      if (this.#wide) leaveWide();
      return;
    }
    const shared = this.#choice.shares(kind);
    const began = performance.now();
    if (shared) this.#onAll(threads, work);
    else work(1);
    if (this.#wide) leaveWide();
    this.#choice.took(kind, shared, performance.now() - began);
  }

  #onAll(threads: number, work: (threads: number) => void): void {
    try {
      work(threads);
    } catch (error) {
      // The one trap there is means that a thread did not come to a barrier.
      if (!(error instanceof webAssembly.RuntimeError)) throw error;
      this.#team!.abandon('it did not finish its share');
      work(1);
    }
  }

  /** Ends the threads and frees what is not a tensor. The next use of `of` makes a new instance. */
  async dispose(): Promise<void> {
    instances.delete(this.#backend);
    await this.#team?.stop();
    this.#module._free(this.#arena.address);
    this.#module._free(this.#block);
  }
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
