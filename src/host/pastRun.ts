/**
 * Reads what a run folder says of itself: run.json, and the last lines of metrics.jsonl. Pure text in, a RunState out;
 * the format is docs/contracts.md section 3.
 */
import type { EvalLine, RunStatus, TrainLine } from '../shared/engineContract.ts';
import { newRun, withMetrics, type RunRecord, type RunState } from './runState.ts';

const STATUSES: readonly RunStatus[] = ['running', 'paused', 'done', 'stopped', 'failed'];

/**
 * @param id name of the run folder
 * @param runJson text of run.json
 * @param tail the end of metrics.jsonl; its first line may be cut
 * @param isRunning whether a process of this id lives
 * @throws when run.json is not what a run writes
 */
export function readPastRun(
  id: string,
  folder: string,
  runJson: string,
  tail: string,
  isRunning: (pid: number) => boolean,
): RunState {
  const json = asRecord(JSON.parse(runJson));
  const config = asRecord(json['config']);
  const written = STATUSES.find((status) => status === json['status']);
  if (!written)
    throw new Error(`run.json of ${id}: status ${JSON.stringify(json['status'])} is none of ${STATUSES.join(', ')}`);
  const started = text(json['started']);
  const gone = (written === 'running' || written === 'paused') && !isRunning(Number(json['pid']));
  const run = newRun(id, text(json['name']) || id, folder, Date.parse(started) || 0);
  const lines = readTail(tail);
  const numbers = lines.train.reduce(
    (state, latest) => withMetrics(state, { ...NO_COLUMNS, run: id, latest, latestEval: null }),
    run,
  );
  return {
    ...numbers,
    live: false,
    status: gone ? 'interrupted' : written,
    message: text(json['error']),
    plannedSteps: Number(json['plannedSteps'] ?? config['steps'] ?? 0) || 0,
    latestEval: lines.valid,
    record: { started, seed: number(json['seed']), backend: text(asRecord(json['backend'])['name']), config },
  };
}

/** The last few training lines, oldest first, and the last evaluation line of a piece of metrics.jsonl. */
function readTail(tail: string): { train: TrainLine[]; valid: EvalLine | null } {
  const train: TrainLine[] = [];
  let valid: EvalLine | null = null;
  for (const line of tail.split('\n')) {
    const parsed = parseLine(line);
    if (parsed === null) continue;
    if (parsed['split'] === 'valid') valid = parsed as unknown as EvalLine;
    else if (typeof parsed['step'] === 'number') train.push(parsed as unknown as TrainLine);
  }
  return { train, valid };
}

/** Null for a line that is cut: the first of the piece, or the last of a run that was killed while it wrote. */
function parseLine(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{') || !line.trimEnd().endsWith('}')) return null;
  try {
    return JSON.parse(line, (_key, value: unknown) =>
      value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
    ) as Record<string, unknown>;
  } catch {
    return null;
  }
}

const NO_COLUMNS = {
  train: {
    step: new Float64Array(),
    loss: new Float32Array(),
    ce: new Float32Array(),
    gradNorm: new Float32Array(),
    gradNormClipped: new Float32Array(),
    lr: new Float32Array(),
    ms: new Float32Array(),
    introspectionMs: new Float32Array(),
    tokens: new Float32Array(),
    paramGrad: {},
    paramUpdate: {},
    kept: {},
  },
  valid: { step: new Float64Array(), ce: new Float32Array(), cleanEval: new Uint8Array() },
  tokensPerSecond: NaN,
  secondsLeft: NaN,
  introspectionShare: NaN,
} as const;

function asRecord(value: unknown): RunRecord['config'] {
  return typeof value === 'object' && value !== null ? (value as RunRecord['config']) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
