/** What the contract names and this version cannot do yet. Refused in words, so that nobody waits for it in vain. */

interface Unavailable {
  readonly key: string;
  readonly is: (value: unknown) => boolean;
  readonly what: string;
  readonly instead: string;
}

const unavailable: readonly Unavailable[] = [
  { key: 'task', is: (value) => value === 'classifier', what: 'task "classifier"', instead: 'use "lm"' },
  { key: 'qrnn', is: (value) => value === true, what: 'qrnn', instead: 'set it to false' },
  { key: 'labels', is: (value) => value !== 'folders', what: 'labels from a table', instead: 'use "folders"' },
];

/** Why this value cannot be used yet, or undefined when it can. */
export function notAvailableYet(key: string, value: unknown): string | undefined {
  const entry = unavailable.find((candidate) => candidate.key === key && candidate.is(value));
  return entry && `${entry.what} is not available yet; ${entry.instead}`;
}
