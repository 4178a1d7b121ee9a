/**
 * The trace of a run's last recorded step: its own parameters, masks and tokens, passed through the model once more from a
 * zero state, every tensor in one file (docs/contracts.md, section 4).
 */
import { BadInput } from '../../shared/failureCodes.ts';
import { dropoutSites } from '../../shared/dropoutSites.ts';
import type { RecordedTraceRequest, RecordedTraceResult } from '../../shared/jobContract.ts';
import { parameterShapes } from '../models/parameterShapes.ts';
import { readRecorded } from '../probes/recordedStep.ts';
import type { ViewedRun } from '../session/viewedRuns.ts';
import { requireWritable } from './outputFile.ts';
import { onesWithout, writeTrace } from './traceJob.ts';

/** Throws {@link BadInput} when the step cannot be passed again; then nothing was written. */
export async function recordedTraceJob(
  { out, nativePath }: RecordedTraceRequest,
  { recorded, description }: ViewedRun,
): Promise<RecordedTraceResult> {
  const { step, mode, input, target } = recorded;
  if (!target) {
    throw new BadInput(`run ${description.id}: step ${step} was recorded without its targets (train a step more)`);
  }
  await requireWritable(out, []);
  const config = { ...description.config, vocab_sz: description.vocabSize };
  const weights = Array.from(parameterShapes(config).keys(), (name) => ({ name, ...readRecorded(recorded, name) }));
  const given = recorded
    .names()
    .filter((name) => name.startsWith('mask/'))
    .map((name) => ({ name: name.slice('mask/'.length), ...readRecorded(recorded, name) }));
  const sites = dropoutSites({ ...config, bs: input.rows }, config.vocab_sz);
  const masks = mode === 'eval' ? [] : [...given, ...onesWithout(new Set(given.map(({ name }) => name)), sites)];
  const batch = { rows: input.rows, length: input.length, input: input.ids, target };
  const traced = await writeTrace(
    { config, weights, batch, masks, warnings: [] },
    { mode, out, ...(nativePath === undefined ? {} : { nativePath }) },
  );
  return { ...traced, step };
}
