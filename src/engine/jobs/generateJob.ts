/** `dropscope generate`: from a run folder or a checkpoint to text. */
import path from 'node:path';
import { BadInput } from '../../shared/failureCodes.ts';
import { resolveConfig } from '../../shared/config.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import type { GenerateRequest, GenerateResult } from '../../shared/jobContract.ts';
import { chooseBackend } from '../backends/chooseBackend.ts';
import { importWeights } from '../checkpoints/importWeights.ts';
import { modelOfWeights } from '../checkpoints/modelOfWeights.ts';
import { readVocabularyFile } from '../checkpoints/runFolder.ts';
import { RunFolderError } from '../checkpoints/runFolderError.ts';
import { readTensorList } from '../checkpoints/tensorFile.ts';
import { weightsFile } from '../checkpoints/weightsFile.ts';
import { continueText } from '../generate/continueText.ts';
import { getLanguageModel } from '../models/languageModel.ts';
import { parameterShapes } from '../models/parameterShapes.ts';
import { seed as startStreams } from '../random/draws.ts';
import { assignParameters } from '../session/runFiles.ts';
import { specialTokens, unknownId } from '../text/specialTokens.ts';
import { joinTokens, tokenize, type TokenizerKind } from '../text/tokenizer.ts';
import { readVocabulary, type Vocabulary } from '../text/vocabulary.ts';

const [BEGIN, UNKNOWN, PADDING] = ['xxbos', 'xxunk', 'xxpad'] as const;

/** Throws {@link BadInput} for what cannot be read or does not fit together. */
export async function generateJob(request: GenerateRequest): Promise<GenerateResult> {
  const from = await weightsFile(request.checkpoint, ['best', 'latest']);
  const config = await configOf(from);
  const weights = await importWeights(from, parameterShapes(config));
  const vocabulary = await vocabularyOf(from, config.vocab_sz);
  const kind = config.tokenizer ?? kindOf(vocabulary);
  const prompt = [BEGIN, ...tokenize(request.prompt, kind)];
  const seed = request.seed ?? config.seed;
  const backend = await chooseBackend(request.backend ?? 'auto', {
    nativeFolders: request.nativePath === undefined ? [] : [request.nativePath],
  });
  startStreams(seed);
  const model = getLanguageModel(config);
  try {
    assignParameters(model, weights);
    const said = await continueText(model, {
      prompt: vocabulary.numericalise(prompt),
      tokens: request.tokens,
      temperature: request.temperature,
      topK: request.topK ?? Infinity,
      never: neverSaid(vocabulary, config.vocab_sz),
      seed,
    });
    const tokens = vocabulary.denumericalise(said);
    const warnings = [...unknownWords(prompt, vocabulary), ...(config.bidir ? [BIDIRECTIONAL] : [])];
    return { text: textOf([...prompt, ...tokens], kind), tokens, from, seed, backend, warnings };
  } finally {
    model.dispose();
  }
}

const BIDIRECTIONAL =
  'this model is bidirectional: it learned with the following words in sight, which it does not have when writing';

type ModelConfig = Omit<Config, 'tokenizer' | 'vocab_sz'> & {
  readonly vocab_sz: number;
  /** Null when the file does not say. */
  readonly tokenizer: TokenizerKind | null;
};

/** What the checkpoint says of itself, with the sizes that its tensors really have. */
async function configOf(file: string): Promise<ModelConfig> {
  const { metadata, tensors } = await readTensorList(file);
  const { weight_drop, ...sizes } = modelOfWeights(file, tensors);
  const said = metadata['config'];
  const given = said === undefined ? {} : parseConfig(file, said);
  const { config, problems } = resolveConfig(given, { weight_drop: { names: weight_drop.names }, ...sizes });
  if (!config) throw new BadInput(`${file}: its config: ${problems.map(({ message }) => message).join('; ')}`);
  return { ...config, ...sizes, tokenizer: said === undefined ? null : config.tokenizer };
}

function parseConfig(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new BadInput(`${file}: its config is not JSON; the file was changed or is damaged`, { cause: error });
  }
}

/** vocab.json beside the weights, or above them: checkpoints lie in a folder of the run's. */
async function vocabularyOf(file: string, rows: number): Promise<Vocabulary> {
  const folders = [path.dirname(file), path.dirname(path.dirname(file))];
  for (const folder of folders) {
    const value = await readVocabularyFile(folder).catch((error: unknown) => {
      const { code } = (error as Error).cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw error;
    });
    if (value === undefined) continue;
    const where = path.join(folder, 'vocab.json');
    const vocabulary = readVocabulary(value, where);
    if (vocabulary.size <= rows) return vocabulary;
    throw new BadInput(
      `${where}: ${vocabulary.size} tokens are more than the ${rows} of ${file}; give the vocabulary of this checkpoint`,
    );
  }
  throw new RunFolderError(`${file}: no vocab.json lies beside or above it; put the run's vocabulary there`);
}

/** Characters are one code point each; a vocabulary of words has longer ones. */
function kindOf({ tokens }: Vocabulary): TokenizerKind {
  return tokens.slice(specialTokens.length).some((token) => [...token].length > 1) ? 'word' : 'char';
}

/** What stands for no word, and rows of the table that no word has. */
function neverSaid(vocabulary: Vocabulary, rows: number): ReadonlySet<number> {
  const unused = Array.from({ length: rows - vocabulary.size }, (_, at) => vocabulary.size + at);
  return new Set([unknownId, vocabulary.idOf(UNKNOWN), vocabulary.idOf(PADDING), ...unused]);
}

function unknownWords(prompt: readonly string[], vocabulary: Vocabulary): string[] {
  const unknown = [...new Set(prompt.filter((token) => vocabulary.idOf(token) === unknownId && token !== UNKNOWN))];
  if (unknown.length === 0) return [];
  const shown = unknown.slice(0, 5).map((token) => JSON.stringify(token));
  const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : '';
  return [`prompt: the model does not know ${shown.join(', ')}${more}; each is read as ${UNKNOWN}`];
}

/** A new document begins on a line of its own. */
function textOf(tokens: readonly string[], kind: TokenizerKind): string {
  const documents: string[][] = [];
  for (const token of tokens) {
    if (token === BEGIN) documents.push([]);
    else documents.at(-1)!.push(token);
  }
  return documents
    .filter((document) => document.length > 0)
    .map((document) => joinTokens(document, kind))
    .join('\n');
}
