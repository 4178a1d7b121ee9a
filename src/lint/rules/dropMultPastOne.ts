/** drop-mult-past-one: drop_mult multiplies all five probabilities, and one of the products leaves 0 to 1. */
import { configProbabilityKeys, effective } from './effective.ts';
import { problemAt, type Rule } from './rule.ts';

export const dropMultPastOne: Rule = {
  code: 'drop-mult-past-one',
  severity: 'error',
  summary: 'drop_mult pushes a dropout probability past 1',
  *check(file) {
    for (const settings of file.settings) {
      const factor = settings.dropMult;
      if (!factor?.node || settings.kind !== 'config') continue;
      if (factor.number < 0) {
        yield problemAt(factor.node, `drop_mult is ${factor.number}: it makes every dropout probability negative`);
        continue;
      }
      const past = configProbabilityKeys.flatMap((key) => {
        const p = effective(file, settings, key);
        return p && p.configured <= 1 && p.p > 1 ? [`${key} ${p.configured} becomes ${p.p}`] : [];
      });
      if (past.length > 0) {
        yield problemAt(factor.node, `drop_mult ${factor.number} pushes a probability past 1: ${past.join(', ')}`);
      }
    }
  },
};
