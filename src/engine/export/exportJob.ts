/** `dropscope export`: what a run measured, in the files of other programs. The run itself is only read, also while it trains. */
import { BadInput } from '../../shared/failureCodes.ts';
import type { ExportProgress, ExportRequest, ExportResult } from '../../shared/jobContract.ts';
import type { CancellationLike } from '../../shared/rpc.ts';
import type { ActivationSeries, HistogramSeries } from '../../shared/stepContract.ts';
import { metricsLines } from '../checkpoints/metricsHistory.ts';
import { readRunRecord, shownStatus } from '../checkpoints/runFolder.ts';
import { requireEmpty, writeExport, type ExportFile } from './exportFolder.ts';
import { CsvColumns, type MetricsLine } from './metricsCsv.ts';
import { holdsNonFinite } from './runHistograms.ts';
import { eventFileName, tensorboardEvents, type EventTally } from './tensorboardEvents.ts';

/** What was looked at over the run's steps, from memory or its folder. */
export interface KeptSeries {
  readonly histograms: readonly HistogramSeries[];
  readonly activations: ActivationSeries | null;
}

/** Whoever waits for an export: may give it up, and is told how far it is. */
export interface ExportWatch {
  readonly token: Pick<CancellationLike, 'isCancellationRequested'>;
  readonly progress: (progress: ExportProgress) => void;
}

/**
 * Throws {@link BadInput}-like errors for a folder that is no run, a run without a step, an output that is taken, and one
 * when it was given up; then nothing is left of it.
 */
export async function exportJob(
  { folder, to, out }: ExportRequest,
  kept: KeptSeries,
  watch: ExportWatch,
): Promise<ExportResult> {
  const record = await readRunRecord(folder);
  await requireEmpty(out);
  const survey = await surveyed(metricsLines(folder), watch);
  if (survey.steps === 0) throw new BadInput(`${folder}: no step has been done yet (export it when there is one)`);
  const about = { to, folder: out, steps: survey.lastStep };
  if (to === 'csv') {
    const tables = csvFiles(survey, () => watched(metricsLines(folder), about, watch));
    const written = await writeExport(out, tables);
    return { ...about, ...written, curves: survey.train.size + survey.valid.size, histograms: 0, notes: [] };
  }
  const notes = notesOn(kept.histograms, survey.lastStep);
  const tally: EventTally = { scalars: new Set(), histograms: new Set() };
  const run = { record, status: shownStatus(record), lines: watched(metricsLines(folder), about, watch), ...kept };
  const pieces = gathered(tensorboardEvents(run, notes, tally));
  const written = await writeExport(out, [{ name: eventFileName(record), pieces }]);
  return { ...about, ...written, curves: tally.scalars.size, histograms: tally.histograms.size, notes };
}

/** What the lines of a run hold, found out before anything is written. */
interface Survey {
  readonly steps: number;
  readonly lastStep: number;
  readonly train: CsvColumns;
  readonly valid: CsvColumns;
}

async function surveyed(lines: AsyncIterable<MetricsLine>, { token }: ExportWatch): Promise<Survey> {
  let [steps, lastStep] = [0, 0];
  const [train, valid] = [new CsvColumns(), new CsvColumns()];
  for await (const line of lines) {
    refuseIfGivenUp(token);
    (isEvaluation(line) ? valid : train).meet(line);
    if (isEvaluation(line)) continue;
    steps++;
    lastStep = line.step;
  }
  return { steps, lastStep, train, valid };
}

/** How often it is told how far an export is, milliseconds. */
const PROGRESS_MS = 200;

/** The same lines, for as long as somebody waits for them. */
async function* watched(
  lines: AsyncIterable<MetricsLine>,
  { folder: out, steps }: Pick<ExportResult, 'folder' | 'steps'>,
  { token, progress }: ExportWatch,
): AsyncGenerator<MetricsLine> {
  let toldAt = -Infinity;
  for await (const line of lines) {
    refuseIfGivenUp(token);
    const now = performance.now();
    if (now - toldAt >= PROGRESS_MS) {
      toldAt = now;
      progress({ out, step: line.step, steps });
    }
    yield line;
  }
}

function refuseIfGivenUp({ isCancellationRequested }: ExportWatch['token']): void {
  if (isCancellationRequested) throw new Error('the export was cancelled');
}

function csvFiles({ train, valid }: Survey, lines: () => AsyncIterable<MetricsLine>): ExportFile[] {
  const file = (name: string, columns: CsvColumns, evaluations: boolean): ExportFile[] =>
    columns.any ? [{ name, pieces: gathered(table(lines(), columns, evaluations)) }] : [];
  return [...file('train.csv', train, false), ...file('valid.csv', valid, true)];
}

async function* table(
  lines: AsyncIterable<MetricsLine>,
  columns: CsvColumns,
  evaluations: boolean,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(columns.header());
  for await (const line of lines) {
    if (isEvaluation(line) === evaluations) yield Buffer.from(columns.row(line));
  }
}

function isEvaluation(line: MetricsLine): line is Extract<MetricsLine, { split: string }> {
  return 'split' in line;
}

/** What a reader would otherwise miss without knowing. */
function notesOn(histograms: readonly HistogramSeries[], lastStep: number): string[] {
  const taken = histograms.filter(({ steps }) => steps.length > 0);
  if (taken.length === 0) {
    return ['No histograms: the run has written none; it writes them with its first checkpoint.'];
  }
  const newest = Math.max(...taken.map(({ steps }) => steps.at(-1)!));
  const every = Math.max(...taken.map(({ every }) => every));
  const early = newest + 2 * every <= lastStep;
  const odd = taken.filter(holdsNonFinite).length;
  return [
    ...(early
      ? [
          `The last histograms are of step ${newest}: a run writes them when it pauses or ends, else with a checkpoint once a minute, and takes them seldom where looking inside is over its budget.`,
        ]
      : []),
    ...(odd > 0
      ? [
          `Of ${odd} distributions some values are not finite: histograms have no bin for them, so they are counted in non_finite_weight/… and non_finite_grad/….`,
        ]
      : []),
  ];
}

/** Enough for one write to the disk. */
const CHUNK_BYTES = 1 << 18;

/** The same bytes in larger pieces. */
async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let [waiting, bytes]: [Uint8Array[], number] = [[], 0];
  for await (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
