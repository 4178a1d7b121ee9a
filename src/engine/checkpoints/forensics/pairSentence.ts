/**
 * What a raw weight beside its derived one tells, in a sentence: how much was dropped, how the rest was scaled, and in
 * which mode the file was saved. The median is what counts: after a step of the optimiser raw has moved, and single
 * ratios may be anything.
 */
import type { CheckpointFinding } from '../../../shared/checkpointContract.ts';
import { figure, share, whole } from './inWords.ts';
import type { PairFacts } from './pairFacts.ts';

/** Ratios as close as this are one: the rounding of float16 is a tenth of it. */
const SAME_RATIO = 0.005;

/** The p that a pair was dropped with, where zeros and scale agree on one; 0 for a pair without a mask. */
export function dropProbability(facts: PairFacts): number | null {
  const { cells, dropped, median, draws } = facts;
  if (dropped === 0) return Math.abs(median - 1) < SAME_RATIO || facts.equal === cells ? 0 : null;
  const zeros = dropped / cells;
  if (dropped === cells) return 1;
  // Over weights that have moved since, a median knows no thousandths.
  const steps = moved(facts) ? 100 : 1000;
  const p = Math.round((1 - 1 / median) * steps) / steps;
  // Four standard deviations of the share of zeros, from the draws that are independent; one draw at least.
  const room = Math.max(4 * Math.sqrt((zeros * (1 - zeros)) / draws), 1 / draws);
  return p > 0 && p < 1 && Math.abs(p - zeros) <= room + SAME_RATIO ? p : null;
}

export function pairSentence(raw: string, derived: string, facts: PairFacts): CheckpointFinding {
  const { cells, equal, dropped, median, low, high, farthest, grain } = facts;
  const p = dropProbability(facts);
  const say = (kind: CheckpointFinding['kind'], text: string) => ({ kind, sentence: `${raw}: ${text}`, tensor: raw });
  if (equal === cells) {
    return say('fact', `derived = raw in all ${whole(cells)} cells: saved in evaluation mode, or with p = 0.`);
  }
  const zeros = `${share(dropped, cells)} zeros`;
  if (p === 0) {
    return say(
      'caution',
      `derived has no mask, but differs from raw by up to ${figure(farthest)}: saved in evaluation mode, and raw has moved since; ${derived} is stale.`,
    );
  }
  if (p === 1) return say('caution', `derived is 0 in all ${whole(cells)} cells: saved in training mode with p = 1.`);
  const ratio = `median ratio ${median.toFixed(2)}`;
  const whereDropped = grain === 'element' ? '' : `, whole ${grain}s at once`;
  if (p !== null) {
    const law = `derived = mask × raw / (1 − p): ${zeros}${whereDropped}, ${ratio}: p = ${figure(p)}, saved in training mode`;
    if (!moved(facts)) return say('fact', `${law}.`);
    return say(
      'caution',
      `${law}; ratios from ${low.toFixed(2)} to ${high.toFixed(2)} show that raw has moved since: ${derived} is stale.`,
    );
  }
  if (dropped > 0 && Math.abs(median - 1) < 0.02) {
    return say('caution', `derived = mask × raw, without 1 / (1 − p): ${zeros}${whereDropped}, ${ratio}.`);
  }
  return say('caution', `derived is not raw times a mask: ${zeros}, ${ratio}, and no p gives both.`);
}

/** Whether kept cells are scaled differently, as they are once raw has changed behind the mask. */
function moved({ low, high, median }: PairFacts): boolean {
  return high - low > SAME_RATIO * Math.abs(median);
}
