/** The parts of a run that compute: corpus, backend, model and trainer, made in the order in which input can be bad. */
import type { BackendReport } from '../../shared/backendReport.ts';
import type { StartRequest } from '../../shared/engineContract.ts';
import { BadInput } from '../../shared/failureCodes.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import { chooseBackend } from '../backends/chooseBackend.ts';
import { importWeights } from '../checkpoints/importWeights.ts';
import { getLanguageModel, type LanguageModel } from '../models/languageModel.ts';
import { seed } from '../random/draws.ts';
import { loadCorpus, type Corpus, type CorpusRequest } from '../text/corpus.ts';
import { makePlan, type Plan } from '../training/plan.ts';
import { Trainer } from '../training/trainer.ts';
import { TrainingData } from '../training/trainingData.ts';
import { assignParameters } from './runFiles.ts';

export interface RunParts {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly data: TrainingData;
  readonly plan: Plan;
  readonly backend: BackendReport;
  readonly model: LanguageModel;
  readonly trainer: Trainer;
}

export interface BuildOptions {
  readonly request: Pick<StartRequest, 'init' | 'nativePath'>;
  readonly config: Config;
  readonly corpus: Omit<CorpusRequest, 'config'>;
  /** Which backend; the config's own choice by default, a resumed run takes the one it had. */
  readonly backend?: string;
  /** Says, for people, what is being prepared. */
  readonly say: (message: string) => void;
}

/**
 * Throws one sentence, with nothing left behind: a CorpusError, a BadInput (vocabulary, initial weights), or what the backend
 * or the model says. The parts are the caller's to free ({@link disposeParts}).
 */
export async function buildRun({
  request,
  config: asked,
  corpus: texts,
  backend: wanted,
  say,
}: BuildOptions): Promise<RunParts> {
  say('reading the corpus');
  const corpus = await loadCorpus({ ...texts, config: asked });
  const config = { ...asked, vocab_sz: vocabularySize(asked, corpus) };
  const data = new TrainingData(corpus, config);
  const plan = makePlan(config, (epoch) => data.stepsIn(epoch));
  say(`choosing a backend (${wanted ?? config.backend})`);
  const nativeFolders = request.nativePath === undefined ? [] : [request.nativePath];
  const backend = await chooseBackend(wanted ?? config.backend, { nativeFolders });
  say(`backend ${backend.name}: building the model`);
  seed(config.seed);
  const model = getLanguageModel(config);
  try {
    if (request.init !== undefined) await initialise(model, request.init);
    return { config, corpus, data, plan, backend, model, trainer: new Trainer(model, config) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Frees the memory of a run's model and trainer. */
export function disposeParts({ model, trainer }: Pick<RunParts, 'model' | 'trainer'>): void {
  trainer.dispose();
  model.dispose();
}

/** A larger table than the corpus needs is fine (weights of another corpus); a smaller one is not. */
function vocabularySize({ vocab_sz }: Config, { vocabulary }: Corpus): number {
  if (vocab_sz === null) return vocabulary.size;
  if (vocab_sz >= vocabulary.size) return vocab_sz;
  throw new BadInput(
    `config: vocab_sz ${vocab_sz} is less than the ${vocabulary.size} entries of the vocabulary (leave it away, or lower max_vocab)`,
  );
}

async function initialise(model: LanguageModel, file: string): Promise<void> {
  const shapes = new Map(Array.from(model.namedParameters(), ([name, { shape }]) => [name, shape]));
  try {
    assignParameters(model, await importWeights(file, shapes));
  } catch (error) {
    throw new BadInput(`--init ${(error as Error).message}`, { cause: error });
  }
}
