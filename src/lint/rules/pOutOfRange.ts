/** p-out-of-range: a probability below 0 or above 1, which every library refuses when it runs. */
import { problemAt, type Rule } from './rule.ts';

export const pOutOfRange: Rule = {
  code: 'p-out-of-range',
  severity: 'error',
  summary: 'a dropout probability outside 0 to 1',
  *check(file) {
    for (const { key, node, value } of file.probabilities) {
      if (value.kind !== 'number' || (value.number >= 0 && value.number <= 1)) continue;
      const percent =
        value.number > 1 && value.number <= 100 ? ` (for ${value.number} % write ${value.number / 100})` : '';
      yield problemAt(node, `${key} is ${value.number}: a dropout probability lies between 0 and 1${percent}`);
    }
  },
};
