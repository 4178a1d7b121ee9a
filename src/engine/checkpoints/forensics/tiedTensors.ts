/**
 * Tensors that are one and the same: one piece of memory under several names, as torch.save keeps ties, or matrices of
 * equal content, as safetensors has to write them. Vectors and constants are equal by chance too often to tell.
 */
import type { CheckpointTensor } from '../../../shared/checkpointContract.ts';

export interface Identity {
  readonly tensor: CheckpointTensor;
  readonly storage: string;
  /** Of the content; "" when no other tensor has that shape and type. */
  readonly digest: string;
}

/** Each tensor that repeats another, with the first one of its kind. Derived weights are not ties of their raw ones. */
export function tiedTensors(found: readonly Identity[], derived: ReadonlySet<string>): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const ties = new Map<string, string>();
  for (const { tensor, storage, digest } of found) {
    if (derived.has(tensor.name) || tensor.cells === 0) continue;
    const { min, max } = tensor.statistics;
    const telling = digest !== '' && tensor.shape.length > 1 && min !== max;
    const marks = [`at ${storage}`, ...(telling ? [`is ${digest}`] : [])];
    const same = marks.map((mark) => first.get(mark)).find((name) => name !== undefined);
    if (same !== undefined) ties.set(tensor.name, same);
    for (const mark of marks) if (!first.has(mark)) first.set(mark, same ?? tensor.name);
  }
  return ties;
}
