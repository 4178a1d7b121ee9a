/**
 * What is known of one training step: its tensors under the names of docs/contracts.md section 4 and its tokens. A
 * live run answers from the trainer, an ended run from its folder; views cannot tell the difference.
 */
import type { StepEvidence } from './stepEvidence.ts';

export interface TensorData {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

export interface RecordedStep {
  readonly step: number;
  readonly mode: 'train' | 'eval';
  /** Input tokens [B, T] of the step. */
  readonly input: { readonly rows: number; readonly length: number; readonly ids: Int32Array };
  /** The token after each input, [B, T]; null when it was not kept. */
  readonly target: Int32Array | null;
  readonly evidence: StepEvidence;
  /** Parameters by their names, `mask/NAME`, `derived/NAME`, `grad/NAME`. */
  names(): readonly string[];
  /** Undefined when this step recorded no tensor of that name. */
  read(name: string): TensorData | undefined;
  /** Where a few cells of a large tensor take less than all of it; see the function of that name. */
  readPart?(name: string, from: number, count: number): TensorData | undefined;
}

/** Its shape, and `count` of its values from the one at `from` on; undefined when there is no such tensor. */
export function readPart(recorded: RecordedStep, name: string, from: number, count: number): TensorData | undefined {
  if (recorded.readPart) return recorded.readPart(name, from, count);
  const whole = recorded.read(name);
  return whole && { shape: whole.shape, data: whole.data.subarray(from, from + count) };
}

/** A tensor of the step; throws a sentence with the names that come nearest when there is none. */
export function readRecorded(recorded: RecordedStep, name: string): TensorData {
  const tensor = recorded.read(name);
  if (tensor) return tensor;
  const last = name.slice(name.lastIndexOf('.') + 1);
  const near = recorded.names().filter((known) => known.includes(last));
  const known = near.length > 0 ? near : recorded.names();
  throw new Error(
    `no tensor "${name}" was recorded at step ${recorded.step}; there is ${known.slice(0, 6).join(', ')}${known.length > 6 ? ', …' : ''}`,
  );
}
