/** ignored-regularizers: fastai 2 before August 2025 accepts alpha and beta in its text learners and passes them nowhere. */
import { argumentsOf } from '../python/arguments.ts';
import { fullName } from '../python/pythonFile.ts';
import { calleeOf } from '../python/syntax.ts';
import { problemAt, type Rule } from './rule.ts';

const learners = ['language_model_learner', 'text_classifier_learner', 'TextLearner', 'LMLearner'];

export const ignoredRegularizers: Rule = {
  code: 'ignored-regularizers',
  severity: 'info',
  summary: 'alpha or beta that many versions of fastai ignore',
  *check(file) {
    const modules = [...file.imports.stars, ...file.imports.names.values()];
    // fastai 1 has the same names and does regularise: only what is surely fastai 2 counts.
    if (!modules.some((module) => /^fastai2(\.|$)|^fastai\.(text\.all|basics|callback)/.test(module))) return;
    for (const call of file.calls) {
      const name = fullName(file, calleeOf(call)!)?.split('.').at(-1) ?? '';
      if (!learners.includes(name)) continue;
      for (const { keyword, keywordNode } of argumentsOf(call, file.text).given) {
        if (!keywordNode || (keyword !== 'alpha' && keyword !== 'beta')) continue;
        yield problemAt(
          keywordNode,
          `${keyword} has no effect in fastai 2 before August 2025: ${name} does not pass it on; add cbs=RNNRegularizer(alpha, beta)`,
        );
      }
    }
  },
};
