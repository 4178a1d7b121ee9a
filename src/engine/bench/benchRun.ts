/** What views need to know of a run, for a model that trains on made-up tokens and has no folder. */
import type { BenchDimensions } from '../../shared/benchContract.ts';
import { defaultConfig } from '../../shared/config.ts';
import { dropoutSites } from '../../shared/dropoutSites.ts';
import type { RunDescription } from '../../shared/engineContract.ts';
import type { BackendReport } from '../../shared/backendReport.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { countWeights, parameterTree } from '../session/parameterTree.ts';

export function benchRun(
  sizes: BenchDimensions,
  model: LanguageModel,
  backend: BackendReport,
): { description: RunDescription; words: readonly string[] } {
  const config = { ...defaultConfig(), ...sizes };
  const tree = parameterTree(model);
  const description = {
    id: 'bench',
    name: 'bench',
    folder: '',
    config,
    backend,
    vocabSize: sizes.vocab_sz,
    trainTokens: 0,
    validTokens: 0,
    corpusHash: '',
    unigramPerplexity: NaN,
    plannedSteps: 0,
    stepsPerEpoch: 0,
    parameterCount: countWeights(tree),
    tree,
    sites: dropoutSites(config, sizes.vocab_sz),
  };
  return { description, words: Array.from({ length: sizes.vocab_sz }, (_, id) => `word ${id}`) };
}
