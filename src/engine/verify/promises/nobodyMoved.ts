/** Nobody moved a weight: parameters change only in an optimiser step. */
import { type Examiner, listed } from '../verdict.ts';

export function nobodyMoved(): Examiner {
  const moved = new Set<string>();
  let last: ReadonlyMap<string, string> | null = null;
  let [parameters, forward, backward, learned] = [0, 0, 0, 0];
  return {
    look({ before, after, passes }) {
      parameters = before.size;
      forward += passes.forward;
      backward += passes.backward;
      for (const [name, bits] of before) if (after.get(name) !== bits) moved.add(name);
      if (last) for (const [name, bits] of before) if (last.get(name) !== bits) learned++;
      last = after;
    },
    verdict() {
      const holds = moved.size === 0;
      const sentence = holds
        ? `${parameters} parameters kept every bit in ${forward} forward and ${backward} backward passes; optimiser steps made ${learned} changes`
        : `${listed([...moved])} changed in a forward or backward pass, which must leave stored weights alone`;
      return {
        promise: 'nobody-moved',
        title: 'Nobody moved a weight',
        holds,
        sentence,
        number: moved.size,
        unit: 'parameters moved',
      };
    },
  };
}
