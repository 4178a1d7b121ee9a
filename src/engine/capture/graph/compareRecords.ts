/**
 * Whether two recordings of a step, made with different inputs, are one and the same graph. Where they differ, something
 * depended on values without being declared: a random number, a counter, a branch.
 */
import type { Constant } from './graphDef.ts';
import { describeSource, type Record, type RecordedNode } from './record.ts';

/** The first reason why the step cannot be captured, in words; null when there is none. */
export function firstDifference(one: Record, other: Record): string | null {
  const read = readOnHost(one);
  if (read !== null) return read;
  for (const [index, node] of one.nodes.entries()) {
    const difference = differenceOf(node, other.nodes[index], index);
    if (difference !== null) return difference;
  }
  if (one.nodes.length !== other.nodes.length) return `${other.nodes.length - one.nodes.length} operations more`;
  const different = one.constants.findIndex((constant, index) => !sameConstant(constant, other.constants[index]));
  if (different >= 0 || one.constants.length !== other.constants.length) {
    const index = Math.max(different, 0);
    const values = (from: Record): string => Array.from(from.constants[index]?.values.slice(0, 3) ?? []).join(', ');
    return `a host value is ${values(one)} with one input and ${values(other)} with another, used by ${userOf(one, index)}`;
  }
  if (text(pairs(one)) !== text(pairs(other))) return 'other variables or labels are set';
  return null;
}

/** What a step reads on the host, so that it may go on from it; null if nothing. */
export function readOnHost({ hostReads }: Record): string | null {
  // tfjs's gather checks the range of its ids on the host: harmless, where they are an input.
  const read = hostReads.find(({ source }) => source?.kind !== 'input');
  return read ? `${describeSource(read.source)} is read on the host before operation ${read.before}` : null;
}

/** Null when both are the same operation on the same sources. */
export function differenceOf(node: RecordedNode, twin: RecordedNode | undefined, index: number): string | null {
  if (twin && same(node, twin)) return null;
  return `operation ${index} is ${node.op} with one input and ${twin?.op ?? 'missing'} with another`;
}

const same = (node: RecordedNode, twin: RecordedNode): boolean =>
  node.op === twin.op && text(parts(node)) === text(parts(twin));

const parts = ({ attributes, inputs, outputs, changes }: RecordedNode): unknown[] => [
  attributes,
  inputs,
  outputs,
  changes,
];

const text = (value: unknown): string => JSON.stringify(value);

const pairs = ({ assigned, labels }: Record): unknown[] => [...assigned, ...labels];

function sameConstant(one: Constant, other: Constant | undefined): boolean {
  if (!other || one.dtype !== other.dtype || text(one.shape) !== text(other.shape)) return false;
  const bytes = ({ values }: Constant): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return bytes(one).equals(bytes(other));
}

function userOf({ nodes }: Record, constant: number): string {
  const uses = ({ inputs, changes = [] }: RecordedNode): boolean =>
    [...inputs, ...changes].some((source) => source.kind === 'constant' && source.index === constant);
  return nodes.find(uses)?.op ?? 'a result';
}
