/** Broken promises of a run as entries for Problems: where they belong and how they read. Pure. */
import type { RunState } from '../../host/runState.ts';
import type { Translate } from '../../host/translate.ts';
import type { Verdict, VerdictView } from '../../shared/stepContract.ts';

export interface RunProblem {
  readonly message: string;
  /** The promise, as docs/design.md names it. */
  readonly code: Verdict['rule'];
  /** Chance alone hardly explains a kept rate; the others are facts. */
  readonly severity: 'error' | 'warning';
}

export function runProblems(run: RunState, { step, verdicts }: VerdictView, t: Translate): RunProblem[] {
  return verdicts
    .filter(({ holds }) => holds === false)
    .map(({ rule, sentence }) => ({
      message: t('{0}, step {1}: {2}', run.name, step, sentence),
      code: rule,
      severity: rule === 'kept-rates' ? 'warning' : 'error',
    }));
}
