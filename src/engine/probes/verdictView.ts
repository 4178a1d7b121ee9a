/**
 * The promises of docs/design.md checked at one recorded step, in sentences that say what was seen, what was expected and
 * where. What the step's tensors show is computed from them; the rest is the run's evidence by then.
 */
import type { RunDescription } from '../../shared/engineContract.ts';
import { leavesOf } from '../../shared/parameterNode.ts';
import type { Verdict, VerdictView } from '../../shared/stepContract.ts';
import { evalRepeats, keptRates, nobodyMoved } from './evidenceVerdicts.ts';
import type { RecordedStep } from './recordedStep.ts';
import { derivedVerdict, gradientMaskVerdict, weightSiteFacts } from './weightVerdicts.ts';
import { whoLearns } from './whoLearns.ts';

/** One verdict a promise where it holds, one for each place where it does not; those not checked yet hold neither way (null). */
export function verdictView(recorded: RecordedStep, run: RunDescription): VerdictView {
  const { step, evidence } = recorded;
  const facts = weightSiteFacts(recorded, run);
  const parameters = leavesOf(run.tree).map(({ name }) => name);
  const verdicts: Verdict[] = [
    ...whoLearns(recorded, parameters, run),
    ...derivedVerdict(facts),
    ...gradientMaskVerdict(facts),
    evalRepeats(evidence),
    ...keptRates(evidence),
    ...nobodyMoved(evidence, parameters.length),
  ];
  return { step, verdicts };
}
