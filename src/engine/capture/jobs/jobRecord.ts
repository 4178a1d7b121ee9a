/** What was seen of one step on the wasm backend: its jobs, and the pieces of memory they worked on. */
import type { JobName } from '../../wasm/jobs.ts';

export interface Slot {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

/** A piece of memory that a tensor had, from when it was made until its memory was used again. */
export interface Piece {
  readonly bytes: number;
  readonly from:
    | { readonly kind: 'input' | 'variable'; readonly name: string }
    | { readonly kind: 'constant'; readonly values: Uint8Array }
    | { readonly kind: 'made' };
}

/** An address as the piece and the offset in it, or as the offset in the scratch of that job. */
export type Place = { readonly piece: number; readonly offset: number } | { readonly scratch: number };

export interface RecordedJob {
  readonly job: JobName;
  /** Argument words; LAYOUTS says which are addresses. */
  readonly words: readonly (number | Place)[];
  readonly floats: readonly number[];
  /** As given to WasmKernels.run. */
  readonly work: number;
}

export interface JobRecord {
  readonly inputs: ReadonlyMap<string, Slot>;
  readonly variables: ReadonlyMap<string, Slot>;
  readonly pieces: readonly Piece[];
  readonly jobs: readonly RecordedJob[];
  /** Bytes of the largest scratch that a job had. */
  readonly scratchBytes: number;
  /** The piece that each variable that was assigned has in the end. */
  readonly assigned: ReadonlyMap<string, number>;
  /** Values by the names they were given. */
  readonly labels: ReadonlyMap<string, Slot & { readonly piece: number }>;
}

export function cellsOf({ shape }: Slot): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Pieces that a job reads and that it writes. */
export function piecesOf({ words }: RecordedJob, layout: string): { reads: number[]; writes: number[] } {
  const of = (letters: string): number[] =>
    words.flatMap((word, at) =>
      typeof word === 'object' && 'piece' in word && letters.includes(layout[at]!) ? [word.piece] : [],
    );
  return { reads: of('ru'), writes: of('wu') };
}
