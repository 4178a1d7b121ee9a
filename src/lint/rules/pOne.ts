/** p-one: p = 1 drops everything; in fastai's masks it even gives 0/0 = NaN. */
import { problemAt, type Rule } from './rule.ts';

export const pOne: Rule = {
  code: 'p-one',
  severity: 'info',
  summary: 'p = 1: everything is dropped',
  *check(file) {
    for (const { key, node, value } of file.probabilities) {
      if (value.kind !== 'number' || value.number !== 1) continue;
      yield problemAt(
        node,
        `${key} is 1: everything is dropped (fastai's masks become 0/0 = NaN, F.dropout gives zeros)`,
      );
    }
  },
};
