/** A whole training run in this process, from a start request to the lines it wrote. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultBreakpoints } from '../../src/shared/breakpoint.ts';
import type { LogLine, StartRequest, StatusUpdate } from '../../src/shared/engineContract.ts';
import { Breakpoints } from '../../src/engine/breakpoints/breakpoints.ts';
import { LiveRun } from '../../src/engine/session/liveRun.ts';
import { newRun, resumedRun } from '../../src/engine/session/prepareRun.ts';

export const SERIES = path.join(import.meta.dirname, '../fixtures/series');

export type Line = Readonly<Record<string, unknown>>;

export interface TrainedRun {
  readonly train: readonly Line[];
  readonly valid: readonly Line[];
  readonly log: readonly LogLine[];
  readonly statuses: readonly StatusUpdate[];
  readonly vocabulary: readonly string[];
}

/** A request for the series of that name, in a folder of its own that `t` removes. */
export async function seriesRequest(
  t: { after(fn: () => Promise<void>): void },
  name: string,
  overrides: Readonly<Record<string, unknown>>,
): Promise<StartRequest> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dropscope-series-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return {
    folder: path.join(folder, name),
    corpus: ['corpus'],
    base: SERIES,
    configFile: path.join(SERIES, `${name}.dropscope.json`),
    init: path.join(SERIES, 'init.safetensors'),
    overrides,
    host: 'test',
    onTrouble: 'fail',
  };
}

/** Trains to the end and reads metrics.jsonl. */
export async function train(request: StartRequest): Promise<TrainedRun> {
  const log: LogLine[] = [];
  const statuses: StatusUpdate[] = [];
  const reporting = {
    log: (line: LogLine) => void log.push(line),
    say: () => undefined,
    signal: new AbortController().signal,
  };
  const prepared = await (request.resume === true ? resumedRun : newRun)(request, reporting);
  if ('finished' in prepared) throw new Error('the run was done before it began');
  const run = new LiveRun(prepared, {
    status: (update) => void statuses.push(update),
    metrics: () => undefined,
    log: reporting.log,
    onTrouble: 'fail',
    breakpoints: new Breakpoints(defaultBreakpoints),
  });
  await run.ended;
  run.dispose();
  const last = statuses.at(-1);
  if (last?.status !== 'done') throw new Error(`the run ended as ${last?.status}: ${last?.message}`);
  const text = await readFile(path.join(request.folder, 'metrics.jsonl'), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return {
    train: lines.filter((line) => !('split' in line)),
    valid: lines.filter((line) => 'split' in line),
    log,
    statuses,
    vocabulary: prepared.corpus.vocabulary.tokens,
  };
}
