/** odd-size-bidir: with bidir each direction gets half the features, and an odd size loses one. */
import { evaluate, numberOf } from '../python/value.ts';
import { problemAt, type Rule } from './rule.ts';

export const oddSizeBidir: Rule = {
  code: 'odd-size-bidir',
  severity: 'error',
  summary: 'odd n_hid or emb_sz in a bidirectional model',
  *check(file) {
    for (const { entries, call } of file.settings) {
      if (call && call.callable.library !== 'fastai') continue;
      const bidir = entries.get('bidir');
      const value = bidir ? evaluate(file, bidir.value) : null;
      if (value?.kind !== 'boolean' || !value.boolean) continue;
      for (const key of ['emb_sz', 'n_hid']) {
        const entry = entries.get(key);
        const size = numberOf(file, entry?.value);
        if (!entry || size === null || size % 2 === 0) continue;
        yield problemAt(
          entry.value,
          `${key} is ${size}: with bidir each direction gets half of it, so it must be even (for example ${size + 1})`,
        );
      }
    }
  },
};
