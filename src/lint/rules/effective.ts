/** The probability that is used in the end: as configured or by default, times drop_mult. */
import type { LintFile } from '../python/lintFile.ts';
import type { Settings } from '../python/settings.ts';
import { evaluate } from '../python/value.ts';
import { dropoutKeys } from '../../shared/hyperparameters.ts';

export const configProbabilityKeys: readonly string[] = dropoutKeys;

export interface Effective {
  readonly configured: number;
  /** After drop_mult, rounded to 12 digits so that .15 x .7 reads .105. */
  readonly p: number;
  /** Whether the file itself gives the value. */
  readonly given: boolean;
}

/** Null when the value or drop_mult cannot be told. */
export function effective(file: LintFile, settings: Settings, key: string): Effective | null {
  const entry = settings.entries.get(key);
  const value = entry ? evaluate(file, entry.value) : null;
  const configured = value ? (value.kind === 'number' ? value.number : undefined) : settings.defaults?.values[key];
  if (configured === undefined || !settings.dropMult) return null;
  const p = Number((configured * settings.dropMult.number).toPrecision(12));
  return { configured, p, given: value !== null };
}
