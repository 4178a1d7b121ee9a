/**
 * Whether two recordings of a step, made with different inputs, are the same jobs on the same pieces of memory. Where they
 * differ, something depended on values without being declared: a random number, a counter, a branch.
 */
import type { JobRecord, Piece } from './jobRecord.ts';

/** The first reason why the step cannot be captured, in words; null when there is none. */
export function firstDifference(one: JobRecord, other: JobRecord): string | null {
  for (const [index, job] of one.jobs.entries()) {
    const twin = other.jobs[index];
    if (job.job !== twin?.job)
      return `job ${index} is ${job.job} with one input and ${twin?.job ?? 'missing'} with another`;
    const numbers = [...job.floats, ...job.words];
    const others = [...twin.floats, ...twin.words];
    const at = numbers.findIndex((number, at) => text(number) !== text(others[at]));
    if (at >= 0)
      return `a number of job ${index}, ${job.job}, is ${text(numbers[at])} with one input and ${text(others[at])} with another`;
  }
  if (one.jobs.length !== other.jobs.length) return `${other.jobs.length - one.jobs.length} jobs more`;
  const different = one.pieces.findIndex((piece, index) => !same(piece, other.pieces[index]));
  if (different >= 0) {
    const [mine, theirs] = [one, other].map(({ pieces }) => valuesOf(pieces[different]));
    return `a host value is ${mine} with one input and ${theirs} with another`;
  }
  if (one.pieces.length !== other.pieces.length) return `${other.pieces.length - one.pieces.length} tensors more`;
  if (text([...one.assigned]) !== text([...other.assigned]) || text([...one.labels]) !== text([...other.labels]))
    return 'other variables or labels are set';
  return null;
}

const text = (value: unknown): string => JSON.stringify(value);

function same(one: Piece, other: Piece | undefined): boolean {
  if (one.bytes !== other?.bytes || one.from.kind !== other.from.kind) return false;
  if (one.from.kind !== 'constant' || other.from.kind !== 'constant') return true;
  const theirs = other.from.values;
  return one.from.values.every((byte, at) => byte === theirs[at]);
}

function valuesOf(piece: Piece | undefined): string {
  if (piece?.from.kind !== 'constant') return 'missing';
  const { buffer, byteLength } = piece.from.values;
  return Array.from(new Float32Array(buffer, 0, Math.min(3, byteLength >> 2))).join(', ');
}
