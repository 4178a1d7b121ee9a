/**
 * Records one ordinary step of the wasm backend: every job that our kernels run, and every piece of memory that a tensor is
 * given. Whatever is computed by anything else makes the step impossible to capture, as soon as a job uses it.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { type JobName, LAYOUTS } from '../../wasm/jobs.ts';
import { type KernelObserver, WasmKernels } from '../../wasm/wasmKernels.ts';
import { NotCapturable, type Tensors, type Variables } from '../capturedStep.ts';
import type { JobRecord, Piece, Place, RecordedJob, Slot } from './jobRecord.ts';

/** The methods of the backend that are replaced while a step is recorded. */
type Watched = Pick<BackendWasm, 'move' | 'makeOutput' | 'readSync' | 'typedArrayFromHeap'>;

/** Runs `step`, which really happens, and records it (capturedStep.ts has the conditions). */
export function record(inputs: Tensors, variables: Variables, step: () => Tensors): JobRecord {
  const backend = tf.backend() as BackendWasm;
  const kernels = WasmKernels.of(backend);
  const recorder = new JobRecorder(kernels, inputs, variables);
  kernels.observer = recorder;
  const watched = recorder.watched(backend);
  Object.assign(backend, watched);
  try {
    const labels = step();
    return recorder.finish(labels, variables);
  } finally {
    kernels.observer = null;
    // What the instance has of its own hid the methods of its class.
    for (const name of Object.keys(watched)) Reflect.deleteProperty(backend, name);
  }
}

interface Live {
  readonly piece: number;
  readonly bytes: number;
  /** Whether what it holds is known: given, or written by a job. */
  known: boolean;
}

class JobRecorder implements KernelObserver {
  readonly #kernels: WasmKernels;
  readonly #inputs: ReadonlyMap<string, Slot>;
  readonly #variables: ReadonlyMap<string, Slot>;
  readonly #before = new Map<string, object>();
  readonly #pieces: Piece[] = [];
  readonly #jobs: RecordedJob[] = [];
  /** By address: the pieces whose memory has not been used again. */
  readonly #live = new Map<number, Live>();
  #scratchBytes = 0;

  constructor(kernels: WasmKernels, inputs: Tensors, variables: Variables) {
    this.#kernels = kernels;
    this.#inputs = this.#slots('input', inputs);
    this.#variables = this.#slots('variable', variables);
    for (const [name, { dataId }] of variables) this.#before.set(name, dataId);
  }

  /** Stand-ins that pass everything on. */
  watched(backend: BackendWasm): Watched {
    const [move, makeOutput, readSync] = [
      backend.move.bind(backend),
      backend.makeOutput.bind(backend),
      backend.readSync.bind(backend),
    ];
    return {
      move: (dataId, values, shape, dtype, refCount) => {
        move(dataId, values, shape, dtype, refCount);
        if (dtype === 'string') return;
        const bytes = tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype);
        const given = values as Float32Array | null;
        if (given === null) this.#begin(this.#kernels.address({ dataId, shape, dtype }), bytes, { kind: 'made' });
        else this.#begin(this.#kernels.address({ dataId, shape, dtype }), bytes, constant(given, bytes));
      },
      makeOutput: (shape, dtype, memoryOffset, values) => {
        const made = makeOutput(shape, dtype, memoryOffset, values);
        // Memory that tfjs's own code took; without an offset it came through move.
        if (memoryOffset !== undefined) {
          const bytes = tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype);
          this.#begin(this.#kernels.address(made), bytes, { kind: 'made' });
        }
        return made;
      },
      readSync: (dataId, start, end) => {
        this.touched({ dataId, shape: [], dtype: 'float32' });
        return readSync(dataId, start, end);
      },
      typedArrayFromHeap: ({ shape }) => {
        throw new NotCapturable(`a [${shape.join(', ')}] is worked on by the host`);
      },
    };
  }

  touched(tensor: tf.TensorInfo): void {
    const live = this.#live.get(this.#kernels.address(tensor));
    const from = live && this.#pieces[live.piece]!.from;
    // The range of ids is checked on the host, and again for every batch that is replayed.
    if (from?.kind === 'input') return;
    throw new NotCapturable(
      `${from?.kind === 'variable' ? `variable ${from.name}` : 'a computed value'} is read on the host before job ${this.#jobs.length}`,
    );
  }

  ran(job: JobName, words: readonly number[], floats: readonly number[], work: number): void {
    const layout = LAYOUTS[job];
    const placed = words.map((word, at) => (layout[at] === 'n' ? word | 0 : this.#place(job, layout[at]!, word)));
    this.#jobs.push({ job, words: placed, floats: floats.map(Math.fround), work });
    words.forEach((word, at) => {
      if (layout[at] === 'w' && word !== 0) this.#liveAt(word)!.live.known = true;
    });
  }

  finish(labels: Tensors, variables: Variables): JobRecord {
    const assigned = new Map<string, number>();
    for (const [name, variable] of variables) {
      if (variable.dataId !== this.#before.get(name)) assigned.set(name, this.#pieceOf(variable, `variable ${name}`));
    }
    return {
      inputs: this.#inputs,
      variables: this.#variables,
      pieces: this.#pieces,
      jobs: this.#jobs,
      scratchBytes: this.#scratchBytes,
      assigned,
      labels: new Map(
        Array.from(labels, ([name, tensor]) => [name, { ...slotOf(name, tensor), piece: this.#pieceOf(tensor, name) }]),
      ),
    };
  }

  #slots(kind: 'input' | 'variable', tensors: Tensors): Map<string, Slot> {
    return new Map(
      Array.from(tensors, ([name, tensor]) => {
        const address = this.#kernels.address(tensor);
        if (this.#live.has(address)) throw new NotCapturable(`${kind} ${name} shares its values with another`);
        this.#begin(address, 4 * tensor.size, { kind, name });
        return [name, slotOf(`${kind} ${name}`, tensor)];
      }),
    );
  }

  /** Something new at this address: what was there is gone. */
  #begin(address: number, bytes: number, from: Piece['from']): void {
    for (const [other, live] of this.#live) {
      if (other < address + bytes && address < other + live.bytes) this.#live.delete(other);
    }
    const piece = this.#pieces.push({ bytes, from }) - 1;
    this.#live.set(address, { piece, bytes, known: from.kind !== 'made' });
  }

  #place(job: JobName, letter: string, address: number): number | Place {
    if (address === 0) return 0;
    if (letter === 's') {
      const { start, bytes } = this.#kernels.scratchInUse;
      this.#scratchBytes = Math.max(this.#scratchBytes, bytes);
      return { scratch: address - start };
    }
    const found = this.#liveAt(address);
    if (!found)
      throw new NotCapturable(`${job} uses a tensor from before the step that is neither an input nor a variable`);
    if (letter !== 'w' && !found.live.known)
      throw new NotCapturable(`${job} uses what an operation of tfjs's own computed (${found.live.bytes} bytes)`);
    const kind = this.#pieces[found.live.piece]!.from.kind;
    if (letter !== 'r' && kind !== 'made')
      throw new NotCapturable(`${job} writes into ${kind === 'constant' ? 'a' : 'an'} ${kind}`);
    return { piece: found.live.piece, offset: found.offset };
  }

  #liveAt(address: number): { live: Live; offset: number } | null {
    const exact = this.#live.get(address);
    if (exact) return { live: exact, offset: 0 };
    for (const [start, live] of this.#live) {
      if (start < address && address < start + live.bytes) return { live, offset: address - start };
    }
    return null;
  }

  #pieceOf(tensor: tf.TensorInfo, what: string): number {
    const live = this.#live.get(this.#kernels.address(tensor));
    if (live?.known) return live.piece;
    throw new NotCapturable(`${what} is not computed by our kernels alone`);
  }
}

function slotOf(what: string, { dtype, shape }: tf.TensorInfo): Slot {
  if (dtype !== 'float32' && dtype !== 'int32') throw new NotCapturable(`${what} is ${dtype}`);
  return { dtype, shape: [...shape] };
}

function constant(values: Float32Array, bytes: number): Piece['from'] {
  return { kind: 'constant', values: new Uint8Array(values.buffer, values.byteOffset, bytes).slice() };
}
