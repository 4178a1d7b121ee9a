/** Evaluation repeats itself: two passes are identical; if not, the first module that differs is named. */
import { firstDifference } from '../pass.ts';
import type { Examiner } from '../verdict.ts';

export function evalRepeats(): Examiner {
  let compared = 0;
  let steps = 0;
  let first: string | null = null;
  let always = false;
  return {
    look({ subject, evaluations: [one, other] }) {
      steps++;
      compared += one.digests.size;
      always ||= subject.sites.some(({ weight }) => weight?.mode === 'always');
      first ??= firstDifference(one.digests, other.digests);
    },
    verdict() {
      const draws = always ? ' with the same draws (weight_drop.mode is "always")' : '';
      const sentence =
        first === null
          ? `two evaluations${draws} are the same bit for bit, in ${compared} tensors over ${steps} steps`
          : `two evaluations of the same tokens differ, first in ${moduleOf(first)} (${first}): it draws or changes in evaluation`;
      return {
        promise: 'eval-repeats',
        title: 'Eval repeats itself',
        holds: first === null,
        sentence,
        number: compared,
        unit: 'tensors',
      };
    },
  };
}

/** The module that published a tensor: mask/0.input_dp is the module 0.input_dp's. */
function moduleOf(name: string): string {
  return name.includes('/') ? name.slice(name.indexOf('/') + 1) : name;
}
