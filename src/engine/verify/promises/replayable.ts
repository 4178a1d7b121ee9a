/** Replayable: a step repeated from its seed and number gives the same bits, whatever was evaluated in between. */
import { firstDifference } from '../pass.ts';
import type { Examiner } from '../verdict.ts';

export function replayable(): Examiner {
  let [tensors, steps] = [0, 0];
  let broken: string | null = null;
  let lastMasks: string | null = null;
  return {
    look({ step, train, replay }) {
      steps++;
      tensors += train.digests.size;
      const first = firstDifference(train.digests, replay.digests);
      if (first !== null)
        broken ??= `step ${step} repeated from its seed is another step: it differs first in ${first}`;
      const masks = [...train.digests].filter(([name]) => name.startsWith('mask/')).map(([, bits]) => bits);
      // A step without drops has masks of ones, which may well repeat.
      const drops = [...train.values].some(([name, { data }]) => name.startsWith('mask/') && data.includes(0));
      const joined = drops ? masks.join() : null;
      if (joined !== null && joined === lastMasks) broken ??= `step ${step} has the masks of the step before it`;
      lastMasks = joined;
    },
    verdict() {
      const sentence =
        broken ??
        `${steps} steps repeated from seed and step number: all ${tensors} tensors, masks and gradients among them, have the same bits`;
      return {
        promise: 'replayable',
        title: 'Replayable',
        holds: broken === null,
        sentence,
        number: tensors,
        unit: 'tensors',
      };
    },
  };
}
