/**
 * Whether two recordings of a step, made with different inputs, are one and the same graph. Where they differ, something
 * depended on values without being declared: a random number, a counter, a branch.
 */
import type { Constant } from './graphDef.ts';
import { describeSource, type Record, type RecordedNode } from './record.ts';

/** The first reason why the step cannot be captured, in words; null when there is none. */
export function firstDifference(one: Record, other: Record): string | null {
  // tfjs's gather checks the range of its ids on the host: harmless, where they are an input.
  const read = one.hostReads.find(({ source }) => source?.kind !== 'input');
  if (read) return `${describeSource(read.source)} is read on the host before operation ${read.before}`;
  for (const [index, node] of one.nodes.entries()) {
    const twin = other.nodes[index];
    if (!twin || text(node) !== text(twin))
      return `operation ${index} is ${node.op} with one input and ${twin?.op ?? 'missing'} with another`;
  }
  if (one.nodes.length !== other.nodes.length) return `${other.nodes.length - one.nodes.length} operations more`;
  const different = one.constants.findIndex((constant, index) => !same(constant, other.constants[index]));
  if (different >= 0 || one.constants.length !== other.constants.length) {
    const index = Math.max(different, 0);
    const values = (from: Record): string => Array.from(from.constants[index]?.values.slice(0, 3) ?? []).join(', ');
    return `a host value is ${values(one)} with one input and ${values(other)} with another, used by ${userOf(one, index)}`;
  }
  if (text(pairs(one)) !== text(pairs(other))) return 'other variables or labels are set';
  return null;
}

const text = (value: unknown): string => JSON.stringify(value);

const pairs = ({ assigned, labels }: Record): unknown[] => [...assigned, ...labels];

function same(one: Constant, other: Constant | undefined): boolean {
  if (!other || one.dtype !== other.dtype || text(one.shape) !== text(other.shape)) return false;
  const bytes = ({ values }: Constant): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return bytes(one).equals(bytes(other));
}

function userOf({ nodes }: Record, constant: number): string {
  const uses = ({ inputs, changes = [] }: RecordedNode): boolean =>
    [...inputs, ...changes].some((source) => source.kind === 'constant' && source.index === constant);
  return nodes.find(uses)?.op ?? 'a result';
}
