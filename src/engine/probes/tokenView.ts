/** The tokens of a recorded step by their loss, beside what dropout of single elements would have done to them. */
import type { RunDescription } from '../../shared/engineContract.ts';
import type { TokenView } from '../../shared/stepContract.ts';
import { elementDropout } from './elementDropout.ts';
import { tokenLosses } from './tokenLosses.ts';
import type { RecordedStep } from './recordedStep.ts';

/** Throws a sentence when the step was kept without its targets, as an earlier version did. */
export function tokenView(recorded: RecordedStep, { config, sites }: RunDescription): TokenView {
  const { step, target, input } = recorded;
  const loss = tokenLosses(recorded);
  if (!loss || !target) throw new Error(`step ${step}: the losses of its tokens were not kept`);
  const { rows, length } = input;
  const p = sites.find(({ kind }) => kind === 'embedding')?.p ?? 0;
  const elementDropped = elementDropout({ vectors: rows * length, size: config.emb_sz, p, seed: config.seed, step });
  return { step, rows, length, loss, target, elementDropped };
}
