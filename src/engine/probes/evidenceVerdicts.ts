/** The promises that the whole run speaks to: evaluation repeats, kept rates agree with p, nobody moved a weight. */
import type { Verdict } from '../../shared/stepContract.ts';
import { counted, shortName } from './shortName.ts';
import type { KeptCount, MovedParameter, StepEvidence } from './stepEvidence.ts';

/** Many sites over many steps: only what chance hardly ever does breaks the promise. */
const SIGMAS = 4;

/** From two passes over the same batch, compared bit by bit; of the newest evaluation. */
export function evalRepeats({ evaluation }: StepEvidence): Verdict {
  const rule = 'eval-repeats';
  if (!evaluation) return { rule, holds: null, sentence: 'Not checked yet: needs an evaluation.' };
  const { step, firstDifferent, largestDifference } = evaluation;
  if (firstDifferent === null) {
    return { rule, holds: true, sentence: `Two eval passes after step ${step}: largest difference 0.` };
  }
  const name = firstDifferent.slice(firstDifferent.indexOf('/') + 1);
  const by = Number.isFinite(largestDifference) ? ` by ${figures(largestDifference)}` : '';
  const sentence = `Two eval passes differ${by} (after step ${step}); the first module that differs is \`${shortName(name)}\`.`;
  return { rule, holds: false, name, sentence };
}

/** The running mean of each site against 1 - p, in its own standard deviations. */
export function keptRates({ kept, steps }: StepEvidence): Verdict[] {
  const rule = 'kept-rates';
  const sites = Object.entries(kept);
  const over = steps === 1 ? '1 step' : `${counted(steps)} steps`;
  if (sites.length === 0) return [{ rule, holds: null, sentence: 'No site has drawn a mask yet.' }];
  const outside = sites.filter(([, count]) => !insideBand(count));
  if (outside.length > 0) {
    return outside.map(([name, count]) => ({ rule, holds: false, name, sentence: outsideSentence(name, count, over) }));
  }
  return [{ rule, holds: true, sentence: `${sites.length} of ${sites.length} sites inside their band over ${over}.` }];
}

/** The drop probability really in force: masks compare 16-bit uniforms with round(p * 65536). */
const inForce = (p: number): number => Math.round(p * 65536) / 65536;

/** sqrt(p (1 - p) / n) over n independent draws. */
function sigma({ p, draws }: KeptCount): number {
  return Math.sqrt((inForce(p) * (1 - inForce(p))) / draws);
}

/** Whether the share kept of n independent draws lies within 4 standard deviations of 1 - p (binomial: sqrt(p (1 - p) / n)). */
export function insideBand(count: KeptCount): boolean {
  const { p, kept, draws } = count;
  return Math.abs(kept / draws - (1 - inForce(p))) <= SIGMAS * sigma(count) + Number.EPSILON;
}

function outsideSentence(name: string, count: KeptCount, over: string): string {
  const percent = (share: number): string => (100 * share).toFixed(2);
  const { p, kept, draws } = count;
  return `\`${shortName(name)}\` kept ${percent(kept / draws)} %, expected ${percent(1 - p)} ± ${percent(SIGMAS * sigma(count))} over ${over}.`;
}

/** One verdict for each parameter that moved, its latest change; one for all while none did. */
export function nobodyMoved({ moved, steps }: StepEvidence, parameters: number): Verdict[] {
  const rule = 'nobody-moved';
  if (steps === 0) return [{ rule, holds: null, sentence: 'Not checked yet: needs one step.' }];
  if (moved.length === 0) {
    return [{ rule, holds: true, sentence: `0 of ${parameters} parameters changed outside an optimiser step.` }];
  }
  const latest = new Map(moved.map((change) => [change.name, change]));
  return [...latest.values()].map((change) => ({
    rule,
    holds: false,
    name: change.name,
    sentence: movedSentence(change),
  }));
}

function movedSentence({ name, step, during, change }: MovedParameter): string {
  const when = during === 'an evaluation' ? 'during an eval pass' : 'outside an optimiser step';
  return `\`${shortName(name)}\` changed ${when} (step ${step}, ‖Δ‖ ${figures(change)}).`;
}

function figures(value: number): string {
  return String(Number(value.toPrecision(3)));
}
