/** A text to verify with when none is given: what is promised about masks and gradients holds for any text. */
import { fnv1a } from '../../shared/fnv1a.ts';
import { philoxWords } from '../../shared/philox.ts';

const WORDS =
  'the a one ship sea wind rope sail night day light stone road hill tree bird dog went came saw held left over under';

/** Enough words for two steps of bs x bptt, the same every time. */
export function madeUpText({ bs, bptt }: { bs: number; bptt: number }): string {
  const words = WORDS.split(' ');
  const draws = philoxWords(2 * bs * bptt + 2, { seed: 1, site: fnv1a('made-up text'), call: 0, repeat: 0 });
  return Array.from(draws, (draw) => words[draw % words.length]).join(' ');
}
