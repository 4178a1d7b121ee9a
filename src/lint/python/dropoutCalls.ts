/** Calls of torch's dropout functions: what is dropped, and what is said about training. */
import type { KnownCall } from './knownCalls.ts';
import type { Node } from './syntax.ts';
import { evaluate } from './value.ts';
import { type PythonFile } from './pythonFile.ts';

export interface DropoutCall {
  readonly call: KnownCall;
  readonly input: Node | null;
  /** The argument `training` (or `train`), positional or by keyword. */
  readonly training: Node | null;
  /** Its literal value; null when it is an expression or absent. */
  readonly literal: boolean | null;
  /** False when `**kwargs` may hold it. */
  readonly complete: boolean;
}

/** `F.dropout` and its relatives whose `training` is True unless said otherwise. */
const dropoutFunctions = new Set(['dropout', 'dropout1d', 'dropout2d', 'dropout3d']);

export function dropoutCallOf(file: PythonFile, call: KnownCall): DropoutCall | null {
  if (call.callable.library !== 'torch' || !dropoutFunctions.has(call.callable.name)) return null;
  const training = (call.bound.get('training') ?? call.bound.get('train'))?.value ?? null;
  const value = training?.name === 'Boolean' ? evaluate(file, training) : null;
  return {
    call,
    input: call.bound.get('input')?.value ?? null,
    training,
    literal: value?.kind === 'boolean' ? value.boolean : null,
    complete: call.complete,
  };
}
