/** What can be wrong with a config: where, how bad, and one sentence that says what would be right. */

/** Stable names of the rules, so that a caller can choose its own severity for each. */
export type ConfigRule =
  | 'not-a-config'
  | 'unknown-key'
  | 'wrong-type'
  | 'wrong-choice'
  | 'out-of-range'
  | 'p-out-of-range'
  | 'p-is-a-list'
  | 'p-is-one'
  | 'drop-mult-too-large'
  | 'odd-size-with-bidir'
  | 'unknown-weight-name'
  | 'inconsistent'
  | 'not-available-yet';

export interface ConfigProblem {
  readonly rule: ConfigRule;
  /** Keys and indices from the top of the config; empty for the config as a whole. */
  readonly path: readonly (string | number)[];
  /** With an error the config is refused. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The key that was probably meant by an unknown one. */
  readonly meant?: string;
}

/** A value as a person would have written it, short enough for a sentence. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? typeof value;
  } catch {
    text = typeof value;
  }
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What kind of value it is, in words: "a list", "a text". */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
