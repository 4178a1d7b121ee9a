/** Every mask of a run's newest recorded step: p, what was kept, and how far chance may carry that. */
import * as vscode from 'vscode';
import type { Services } from '../../host/services.ts';

/** {run?}: an id; without one the run that is shown, else the newest. */
export async function maskStatistics(
  { runs, shown }: Services,
  { run: id }: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const wanted = typeof id === 'string' ? runs.get(id) : (shown.run ?? runs.all[0]);
  if (!wanted) {
    throw new Error(
      typeof id === 'string' ? vscode.l10n.t('there is no run "{0}"', id) : vscode.l10n.t('there is no run yet'),
    );
  }
  if (!wanted.description) await runs.load(wanted.id);
  const run = runs.get(wanted.id) ?? wanted;
  return {
    run: run.id,
    step: { value: run.latest?.step ?? null, unit: 'steps' },
    masks: (run.description?.sites ?? []).map(({ name, shape, p, configured, draws, constantAlong, variesAlong }) => {
      const observed = run.latest?.sites?.[name];
      return {
        name,
        shape,
        p: { value: p, configured, unit: 'probability of dropping' },
        kept: {
          value: observed?.kept ?? null,
          expected: 1 - p,
          standardDeviation: Math.sqrt((p * (1 - p)) / draws),
          unit: 'share of independent draws',
        },
        draws: { value: draws, unit: 'independent draws a step' },
        constantAlong: constantAlong.map(({ axis }) => axis),
        variesAlong: variesAlong.map(({ axis }) => axis),
      };
    }),
  };
}
