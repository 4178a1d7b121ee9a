/** Everything a run has measured so far, read from its folder: for a view that opens late, or after a restart. */
import path from 'node:path';
import type { MetricsUpdate } from '../../shared/engineContract.ts';
import { readMetrics } from '../checkpoints/metricsHistory.ts';
import { evalColumns, thinned, trainColumns, withDetails } from './metricColumns.ts';
import { PACE_STEPS, pace } from './pace.ts';

/** `plannedSteps` tells how long is left; at most `maxPoints` training rows. */
export async function runHistory(folder: string, plannedSteps: number, maxPoints: number): Promise<MetricsUpdate> {
  const { train, valid } = await readMetrics(folder);
  const last = train.at(-1);
  const latest = last
    ? withDetails(
        last,
        train.findLast(({ params }) => params),
      )
    : null;
  const recent = train.slice(-PACE_STEPS);
  const total = train.reduce((sum, { ms }) => sum + ms, 0);
  const introspection = train.reduce((sum, { introspection_ms }) => sum + introspection_ms, 0);
  return {
    run: path.basename(folder),
    train: trainColumns(thinned(train, Math.max(2, maxPoints))),
    valid: evalColumns(valid),
    latest,
    latestEval: valid.at(-1) ?? null,
    ...pace(recent, plannedSteps - (latest?.step ?? 0)),
    introspectionShare: total > 0 ? introspection / total : 0,
  };
}
