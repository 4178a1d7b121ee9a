/**
 * A run as the records of one TensorBoard event file, from its first step to its last, made one by one: a run of any length
 * takes little memory. The same run gives the same bytes.
 */
import type { EvalLine, RunStatus, TrainLine } from '../../shared/engineContract.ts';
import type { ActivationSeries, HistogramSeries } from '../../shared/stepContract.ts';
import type { RunRecord } from '../checkpoints/runFolder.ts';
import { histogramSummaries } from './runHistograms.ts';
import { activationScalars, trainScalars, validScalars } from './runScalars.ts';
import { runTexts } from './runTexts.ts';
import { fileVersionEvent, summaryEvent, type Summary } from './summaryEvent.ts';
import { tfRecord } from './tfRecord.ts';

/** All that is known of a run over its steps. */
export interface MeasuredRun {
  readonly record: RunRecord;
  /** As people see it now. */
  readonly status: RunStatus;
  /** The lines of metrics.jsonl, in its order. */
  readonly lines: AsyncIterable<TrainLine | EvalLine>;
  readonly histograms: readonly HistogramSeries[];
  readonly activations: ActivationSeries | null;
}

/** What has gone into a file so far. */
export interface EventTally {
  /** Distinct tags of curves and of histograms. */
  readonly scalars: Set<string>;
  readonly histograms: Set<string>;
}

/** TensorBoard takes any file whose name has "tfevents" in it; the seconds order those of a folder. */
export function eventFileName({ started }: RunRecord): string {
  return `events.out.tfevents.${Math.floor(startSeconds(started))}.dropscope`;
}

/** Framed records; what they hold is told to `tally`. `notes` are sentences for whoever reads. */
export async function* tensorboardEvents(
  { record, status, lines, histograms, activations }: MeasuredRun,
  notes: readonly string[],
  tally: EventTally,
): AsyncGenerator<Uint8Array> {
  const explained = new Set<string>();
  let wallTime = startSeconds(record.started);
  const event = (step: number, summaries: readonly Summary[]): Uint8Array => {
    for (const one of summaries) {
      if ('scalar' in one) tally.scalars.add(one.tag);
      else if ('histogram' in one) tally.histograms.add(one.tag);
    }
    const said = summaries.map((one) => onceExplained(one, explained));
    return tfRecord(summaryEvent({ wallTime, step, summaries: said }));
  };

  yield tfRecord(fileVersionEvent(wallTime));
  yield event(0, runTexts(record, status, notes));
  const views = viewsByStep(histograms, activations);
  const nextView = (): Uint8Array => {
    const { step, summaries } = views.shift()!;
    return event(step, summaries());
  };
  for await (const line of lines) {
    if ('split' in line) {
      yield event(line.step, validScalars(line));
      continue;
    }
    if (Number.isFinite(line.ms)) wallTime += line.ms / 1000;
    while (views[0] && views[0].step < line.step) yield nextView();
    const here = views[0]?.step === line.step ? views.shift()!.summaries() : [];
    yield event(line.step, [...trainScalars(line), ...here]);
  }
  while (views[0]) yield nextView();
}

/** What was looked at in depth at one step. */
interface StepView {
  readonly step: number;
  readonly summaries: () => Summary[];
}

/** Ascending by step; made into summaries when it is their turn. */
function viewsByStep(histograms: readonly HistogramSeries[], activations: ActivationSeries | null): StepView[] {
  const byStep = new Map<number, (() => Summary[])[]>();
  const add = (step: number, summaries: () => Summary[]): void => {
    byStep.set(step, [...(byStep.get(step) ?? []), summaries]);
  };
  for (const series of histograms)
    series.steps.forEach((step, row) => add(step, () => histogramSummaries(series, row)));
  activations?.steps.forEach((step, row) => add(step, () => activationScalars(activations, row)));
  return Array.from(byStep, ([step, parts]) => ({ step, summaries: () => parts.flatMap((part) => part()) })).sort(
    (a, b) => a.step - b.step,
  );
}

/** A tag is explained where it first appears: there readers look for it. */
function onceExplained(summary: Summary, explained: Set<string>): Summary {
  if (explained.has(summary.tag)) return { ...summary, says: '' };
  explained.add(summary.tag);
  return summary;
}

/** Seconds since 1970; 0 when the record does not tell. */
function startSeconds(started: string): number {
  const ms = Date.parse(started);
  return Number.isNaN(ms) ? 0 : ms / 1000;
}
