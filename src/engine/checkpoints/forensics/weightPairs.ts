/**
 * Which derived weight stands beside which raw one, by name: fastai v1 keeps `module.weight_hh_l0` under the wrapper of
 * `weight_hh_l0_raw`, salesforce keeps both in one module (docs/semantics.md, 3.3). Any wrapped weight is paired so.
 */

/** Raw name to derived name. */
export function weightPairs(names: readonly string[]): ReadonlyMap<string, string> {
  const known = new Set(names);
  const pairs = new Map<string, string>();
  for (const raw of names) {
    if (!raw.endsWith('_raw')) continue;
    const plain = raw.slice(0, -'_raw'.length);
    const dot = plain.lastIndexOf('.') + 1;
    const wrapped = `${plain.slice(0, dot)}module.${plain.slice(dot)}`;
    const derived = [wrapped, plain].find((name) => known.has(name));
    if (derived !== undefined) pairs.set(raw, derived);
  }
  return pairs;
}
