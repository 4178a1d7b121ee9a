/** A short name for a resolved config, so that a picture or a table taken along says which settings it came from. */
import { fnv1a } from './fnv1a.ts';

/** Eight hexadecimal digits, the same for the same settings in whatever order their keys stand. */
export function configHash(config: object): string {
  return fnv1a(JSON.stringify(sorted(config)))
    .toString(16)
    .padStart(8, '0');
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
