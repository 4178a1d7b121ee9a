/** What computes, and why that: how the engine tells of the backend it chose, to people and in run.json. */

/** Fastest first, which is the order in which `auto` tries them. */
export const BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface BackendReport {
  readonly name: BackendName;
  /** Version of the package that provides it. */
  readonly version: string;
  readonly threads: number;
  readonly selfTestMs: number;
  /** One sentence for people: why this one. */
  readonly reason: string;
  /** What `auto` tried before, and why it was not taken. */
  readonly refused: readonly { readonly name: BackendName; readonly reason: string }[];
}
