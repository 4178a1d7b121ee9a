/** Looks for NaN and infinities after a step whose numbers show that there are some. */
import type { Recording } from './trainerRecording.ts';

export interface NonFinite {
  /** How many values of the loss and of all gradients are not finite. */
  count: number;
  /** The first tensor with such a value, in the order in which the step computes: parameters, forward, loss, backward. */
  first: string | undefined;
}

/** Reads all tensors of the step from the backend: for steps that are known to be spoilt. */
export function findNonFinite(recording: Recording): NonFinite {
  const names = recording.names();
  const gradients = names.filter((name) => name.startsWith('grad/'));
  const losses = names.filter((name) => name.startsWith('loss/'));
  const before = names.filter((name) => !name.startsWith('grad') && !name.startsWith('loss'));
  const parameters = before.filter((name) => !name.includes('/'));
  const forward = before.filter((name) => name.includes('/'));
  const inOrder = [...parameters, ...forward, ...losses, 'loss', ...gradients.reverse()];
  const first = inOrder.find((name) => countIn(recording, name) > 0);
  const count = ['loss', ...gradients].reduce((sum, name) => sum + countIn(recording, name), 0);
  return { count, first };
}

function countIn(recording: Recording, name: string): number {
  let count = 0;
  for (const value of recording.read(name)?.data ?? []) if (!Number.isFinite(value)) count++;
  return count;
}
