/**
 * What is fixed about a run once it has begun, for every view: kept as RUN/description.json, so that a run can be
 * opened without the engine that trained it.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackendReport } from '../../shared/backendReport.ts';
import type { RunDescription } from '../../shared/engineContract.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import { RunFolderError } from '../checkpoints/runFolderError.ts';
import { readRunRecord } from '../checkpoints/runFolder.ts';
import { writeAside } from '../checkpoints/writeAside.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import type { Corpus } from '../text/corpus.ts';
import { unigramPerplexity } from '../text/unigramPerplexity.ts';
import type { Plan } from '../training/plan.ts';
import { dropoutSites } from '../../shared/dropoutSites.ts';
import { countWeights, parameterTree } from './parameterTree.ts';
import { corpusHash } from './runCorpus.ts';

export interface DescribedRun {
  readonly folder: string;
  readonly name: string;
  readonly config: Config;
  readonly backend: BackendReport;
  readonly corpus: Corpus;
  readonly plan: Plan;
  readonly model: LanguageModel;
}

export function describeRun({ folder, name, config, backend, corpus, plan, model }: DescribedRun): RunDescription {
  const { documents, vocabulary, trainTokens, validTokens } = corpus;
  const tree = parameterTree(model);
  return {
    id: path.basename(folder),
    name,
    folder,
    config,
    backend,
    vocabSize: vocabulary.size,
    trainTokens,
    validTokens,
    corpusHash: corpusHash(documents),
    unigramPerplexity: unigramPerplexity(
      documents.map(({ train }) => train),
      documents.map(({ valid }) => valid),
      vocabulary.size,
    ),
    plannedSteps: plan.steps,
    stepsPerEpoch: plan.stepsPerEpoch,
    parameterCount: countWeights(tree),
    tree,
    sites: dropoutSites(config, model.encoder.encoder.vocabulary),
  };
}

const fileOf = (folder: string) => path.join(folder, 'description.json');

/** Into the run's own folder. Throws a StorageError. */
export async function writeDescription(description: RunDescription): Promise<void> {
  await writeAside(fileOf(description.folder), [`${JSON.stringify(description)}\n`]);
}

/** Throws a RunFolderError when the folder is no run, or one that has not begun. */
export async function readDescription(folder: string): Promise<RunDescription> {
  let text: string;
  try {
    text = await readFile(fileOf(folder), 'utf8');
  } catch (error) {
    throw new RunFolderError(`${folder}: this is no run that has begun; choose a run folder`, { cause: error });
  }
  let description: RunDescription;
  try {
    description = JSON.parse(text) as RunDescription;
  } catch (error) {
    throw new RunFolderError(`${fileOf(folder)}: not JSON; the file was changed or is damaged`, { cause: error });
  }
  return {
    ...description,
    // Not in what earlier versions wrote.
    unigramPerplexity: description.unigramPerplexity ?? NaN,
    corpusHash: description.corpusHash ?? corpusHash((await readRunRecord(folder)).corpus),
    // A folder may have been moved or renamed since: where it is now counts.
    folder,
    id: path.basename(folder),
  };
}
