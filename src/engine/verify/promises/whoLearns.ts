/** Who learns: after backward every parameter has a gradient, and the loss depends on it. */
import type { Examiner } from '../verdict.ts';
import { listed } from '../verdict.ts';

export function whoLearns(): Examiner {
  const cut = new Set<string>();
  const unused = new Set<string>();
  const all = new Set<string>();
  return {
    look({ subject, train, without }) {
      // Where everything is dropped, nothing can depend on the weight.
      const gone = new Set(subject.sites.flatMap(({ p, weight }) => (p === 1 && weight ? [weight.raw] : [])));
      for (const name of train.digests.size > 0 ? subject.module.namedParameters().keys() : []) {
        all.add(name);
        if (!train.reached.has(name)) cut.add(name);
        if (without?.has(name) === true && !gone.has(name)) unused.add(name);
      }
    },
    verdict() {
      const learning = [...all].filter((name) => !cut.has(name) && !unused.has(name)).length;
      const holds = learning === all.size && all.size > 0;
      const sentence = holds
        ? `all ${all.size} parameters get a gradient, and the loss depends on each of them`
        : cut.size > 0
          ? `no gradient reaches ${listed([...cut])}: what is computed with is cut off from it, so it never learns`
          : `the loss does not depend on ${listed([...unused])}: it has a gradient and no effect`;
      return { promise: 'who-learns', title: 'Who learns', holds, sentence, number: learning, unit: 'parameters' };
    },
  };
}
