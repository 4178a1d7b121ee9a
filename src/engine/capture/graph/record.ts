/** What was seen of one step at the binding: enough to write the same step as a graph. */
import type { Attribute } from '../../backends/nativeBinding.ts';
import type { Constant } from './graphDef.ts';

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'input' | 'variable'; readonly name: string }
  | { readonly kind: 'constant'; readonly index: number }
  | { readonly kind: 'node'; readonly index: number; readonly output: number };

export interface RecordedNode {
  readonly op: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Source[];
  readonly outputs: readonly { readonly dtype: number; readonly shape: readonly number[] }[];
  /** For an operation that changes variables in place: what each of them holds before. Its outputs are what they hold after. */
  readonly changes?: readonly Source[];
}

/** A declared input or a variable. */
export interface Slot {
  readonly dtype: number;
  readonly shape: readonly number[];
}

export interface Record {
  readonly inputs: ReadonlyMap<string, Slot>;
  readonly variables: ReadonlyMap<string, Slot>;
  readonly nodes: readonly RecordedNode[];
  readonly constants: readonly Constant[];
  /** Values that were read on the host during the step, and before which node. */
  readonly hostReads: readonly { readonly source: Source | null; readonly before: number }[];
  /** What each variable that was assigned holds in the end. */
  readonly assigned: ReadonlyMap<string, Source>;
  /** Values by the names they were given. */
  readonly labels: ReadonlyMap<string, Source>;
}

/** For people. */
export function describeSource(source: Source | null): string {
  if (source === null) return 'a tensor from before the step';
  if (source.kind === 'constant') return `host value ${source.index}`;
  return source.kind === 'node' ? `the result of operation ${source.index}` : `${source.kind} ${source.name}`;
}
