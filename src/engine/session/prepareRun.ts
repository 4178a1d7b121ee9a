/**
 * From a start request to a run that can begin. Whatever can be wrong with the input is found before anything is
 * written; then the folder is made or taken over.
 */
import path from 'node:path';
import type { LogLine, RunDescription, StartRequest } from '../../shared/engineContract.ts';
import { BadInput } from '../../shared/failureCodes.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import { resolveConfig } from '../../shared/config.ts';
import { readLatestCheckpoint } from '../checkpoints/checkpointFiles.ts';
import { repairMetrics } from '../checkpoints/metricsHistory.ts';
import { thisProcess } from '../checkpoints/processIdentity.ts';
import {
  createRunFolder,
  readRunRecord,
  readVocabularyFile,
  runFormat,
  writeVocabularyFile,
  type RunRecord,
} from '../checkpoints/runFolder.ts';
import { lockRunFolder, type RunLock } from '../checkpoints/runLock.ts';
import { readVocabulary } from '../text/vocabulary.ts';
import type { Progress } from '../training/loop.ts';
import { rowLength } from '../text/batches.ts';
import { makePlan } from '../training/plan.ts';
import { makeWindows } from '../training/windows.ts';
import { buildRun, disposeParts, type RunParts } from './buildRun.ts';
import { firstDifference, readRunConfig } from './runConfig.ts';
import { corpusRecords, keepDocuments, recordedTexts, requestedTexts, requireSameCorpus } from './runCorpus.ts';
import { makeParents } from './makeParents.ts';
import { describeRun, readDescription, writeDescription } from './runDescription.ts';
import { RunFiles, restoreCheckpoint } from './runFiles.ts';

export interface PreparedRun extends RunParts {
  readonly files: RunFiles;
  readonly description: RunDescription;
  readonly from: Progress;
}

/** A run that had ended as planned: there is nothing left to do. */
export interface FinishedRun {
  readonly finished: RunDescription;
  readonly step: number;
}

export interface Reporting {
  readonly log: (line: LogLine) => void;
  readonly say: (message: string) => void;
  readonly signal: AbortSignal;
}

const FROM_THE_START: Progress = { step: 0, bestCe: Infinity, evaluations: [] };

/** Makes a new run. */
export async function newRun(request: StartRequest, reporting: Reporting): Promise<PreparedRun> {
  const { config, base, warnings } = await readRunConfig(request);
  for (const message of warnings) reporting.log({ level: 'warn', message });
  const texts = requestedTexts(request, config.corpus, base);
  const parts = await buildRun({ request, config, corpus: { ...texts, signal: reporting.signal }, say: reporting.say });
  for (const message of parts.corpus.skipped)
    reporting.log({ level: 'warn', message: `corpus: passed over ${message}` });
  try {
    await makeParents(request.folder);
    await createRunFolder(request.folder);
    const lock = await lockRunFolder(request.folder);
    const records = corpusRecords(parts.corpus);
    const name = request.name ?? path.parse(records[0]?.path ?? '').name;
    const owned = ownerOf(request);
    const record: RunRecord = {
      version: runFormat,
      name,
      config: parts.config,
      corpus: records,
      vocab_size: parts.corpus.vocabulary.size,
      backend: parts.backend,
      seed: parts.config.seed,
      started: new Date().toISOString(),
      ...owned,
    };
    const prepared = await begin(request, { ...parts, from: FROM_THE_START }, record, lock, reporting, async () => {
      await writeVocabularyFile(request.folder, parts.corpus.vocabulary.tokens);
      await keepDocuments(request.folder, request.documents ?? []);
    });
    // Given weights are kept as a checkpoint: a run that is killed before its first one begins with them again.
    if (request.init !== undefined) await prepared.files.checkpoint(parts.trainer, FROM_THE_START, false);
    return prepared;
  } catch (error) {
    disposeParts(parts);
    throw error;
  }
}

/** Goes on with the run in `request.folder`, from its last checkpoint. */
export async function resumedRun(request: StartRequest, reporting: Reporting): Promise<PreparedRun | FinishedRun> {
  const { folder } = request;
  const record = await readRunRecord(folder);
  const config = await resumedConfig(request, record);
  const texts =
    request.corpus.length > 0 ? requestedTexts(request, [], '') : await recordedTexts(folder, record.corpus);
  if (record.status === 'done') {
    const finished = await readDescription(folder);
    const windows = makeWindows(config, rowLength(finished.trainTokens, config.bs));
    if (makePlan(config, (epoch) => windows(epoch).length).steps <= finished.plannedSteps) {
      return { finished, step: finished.plannedSteps };
    }
  }
  const lock = await lockRunFolder(folder);
  let parts: RunParts | undefined;
  try {
    const vocabulary = readVocabulary(await readVocabularyFile(folder), path.join(folder, 'vocab.json'));
    parts = await buildRun({
      request,
      config,
      corpus: { ...texts, vocabulary, signal: reporting.signal },
      ...(record.backend ? { backend: record.backend.name } : {}),
      say: reporting.say,
    });
    requireSameCorpus(parts.corpus, record.corpus);
    const { checkpoint, damaged } = await readLatestCheckpoint(folder);
    for (const message of damaged) reporting.log({ level: 'warn', message: `passed over a checkpoint: ${message}` });
    const from = checkpoint ? restoreCheckpoint(checkpoint, parts.model, parts.trainer) : FROM_THE_START;
    await repairMetrics(folder, from.step);
    const next: RunRecord = { ...record, config: parts.config, backend: parts.backend, ...ownerOf(request) };
    return await begin(request, { ...parts, from }, next, lock, reporting);
  } catch (error) {
    if (parts) disposeParts(parts);
    await lock.release();
    throw error;
  }
}

/** What run.json says of whoever trains it now. */
function ownerOf({ host }: StartRequest): Pick<RunRecord, 'pid' | 'pid_start' | 'host' | 'ended' | 'status' | 'error'> {
  const { pid, startTime } = thisProcess();
  return { pid, pid_start: startTime, host, ended: null, status: 'running', error: null };
}

async function begin(
  { folder }: StartRequest,
  parts: RunParts & { readonly from: Progress },
  record: RunRecord,
  lock: RunLock,
  { log }: Reporting,
  writeTheRest: () => Promise<void> = () => Promise.resolve(),
): Promise<PreparedRun> {
  try {
    const description = describeRun({ ...parts, folder, name: record.name });
    await writeTheRest();
    await writeDescription(description);
    return { ...parts, description, files: await RunFiles.open(folder, record, lock, log) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The run's own config with another length if one is asked for; anything else given must agree with it. */
async function resumedConfig(request: StartRequest, { config: own }: RunRecord): Promise<Config> {
  const { configFile, config, overrides = {} } = request;
  const { config: next, problems } = resolveConfig(own, overrides);
  if (!next) throw new BadInput(`--resume: ${problems.map(({ message }) => message).join('; ')}`);
  const given = configFile !== undefined || config !== undefined ? (await readRunConfig(request)).config : next;
  const different = firstDifference({ ...given, vocab_sz: own.vocab_sz }, own);
  if (different !== undefined) {
    throw new BadInput(
      `${different}: ${JSON.stringify(given[different])} is not what this run has, ${JSON.stringify(own[different])} (leave it away, or begin a new run)`,
    );
  }
  return next;
}
