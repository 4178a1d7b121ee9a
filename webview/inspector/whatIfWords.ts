/** What-if answers in words and numbers: sentences, tables, and the dropouts as configs and fastai have them. */
import { pairedDifference, summaryOf, type DrawSummary } from '../../src/shared/pairedDraws.ts';
import { whatIfKeys, type WhatIfValues, type WhatIfView } from '../../src/shared/whatIf.ts';
import type { Table } from '../shared/dataTable.ts';
import { count, fixed, integer, probability, signed, significant } from '../shared/format.ts';
import { layerNorms } from './layerNorms.ts';

/** "weight_p 0.40 instead of 0.20"; "as trained" when nothing differs. */
export function changesInWords(view: WhatIfView): string {
  const { asTrained, changed } = view;
  const other = whatIfKeys.filter((key) => changed.values[key] !== asTrained.values[key]);
  const each = other.map(
    (key) => `${key} ${probability(changed.values[key])} instead of ${probability(asTrained.values[key])}`,
  );
  return each.join(', ') || 'as trained';
}

/** The answer to `changesInWords` in a sentence or two: means and their difference, each ± its standard error. */
export function answerInWords(view: WhatIfView): string {
  const { asTrained, changed, withoutDropout } = view;
  const before = summaryOf(asTrained.ce);
  const after = summaryOf(changed.ce);
  const draws = `Mean cross-entropy of ${count(before.draws, 'draw')}`;
  if (changesInWords(view) === 'as trained')
    return `${draws} as trained: ${meanInWords(before)}, without dropout ${fixed(withoutDropout[0] ?? NaN, 3)}. Perplexity ${perplexity(before)}.`;
  const difference = pairedDifference(asTrained.ce, changed.ce);
  return `${draws} ${meanInWords(after)} (as trained ${meanInWords(before)}): ${signed(difference.mean, 3)} ± ${fixed(difference.standardError, 3)}. Perplexity ${perplexity(after)} (${perplexity(before)}).`;
}

/** What is drawn around each mean, how far apart draws are, and whether the first one is the step itself. */
export function spreadInWords({ asTrained, changed, repeatedWithin, step }: WhatIfView): string {
  const range = ({ lowest, highest }: DrawSummary) => `${fixed(lowest, 3)} to ${fixed(highest, 3)}`;
  const [before, after] = [summaryOf(asTrained.ce), summaryOf(changed.ce)];
  const repeated =
    repeatedWithin === null
      ? ''
      : repeatedWithin === 0
        ? `; draw 1 as trained is step ${integer(step)}, bit for bit`
        : `; draw 1 as trained is step ${integer(step)}, to within ${significant(repeatedWithin, 1)}`;
  return `A dot a draw, a bar ± 1 standard deviation; after ±: the standard error. Draws from ${range(after)}, as trained ${range(before)}${repeated}`;
}

const meanInWords = ({ mean, standardError }: DrawSummary) => `${fixed(mean, 3)} ± ${fixed(standardError, 3)}`;

const perplexity = ({ mean }: DrawSummary) => fixed(Math.exp(mean), 2);

export function drawsTable(view: WhatIfView): Table {
  const { asTrained, changed, step } = view;
  const row = (name: string, before: number, after: number) => [
    name,
    fixed(before, 4),
    fixed(after, 4),
    signed(after - before, 4),
  ];
  const [before, after] = [summaryOf(asTrained.ce), summaryOf(changed.ce)];
  const difference = pairedDifference(asTrained.ce, changed.ce);
  return {
    title: `What if at step ${integer(step)}, ${changesInWords(view)}: cross-entropy of each draw`,
    picture: `What if at step ${integer(step)}: ${changesInWords(view)}`,
    head: ['draw', 'as trained', 'what if', 'difference'],
    body: [
      ...Array.from(asTrained.ce, (loss, at) => row(integer(at + 1), loss, changed.ce[at] ?? NaN)),
      row('mean', before.mean, after.mean),
      ['standard deviation', ...[before, after, difference].map(({ deviation }) => fixed(deviation, 4))],
      ['standard error', ...[before, after, difference].map(({ standardError }) => fixed(standardError, 4))],
      row('perplexity of the mean', Math.exp(before.mean), Math.exp(after.mean)),
      ['without dropout', ...Array<string>(2).fill(fixed(view.withoutDropout[0] ?? NaN, 4)), ''],
    ],
  };
}

export function gradientTable(view: WhatIfView): Table {
  return {
    title: `What if at step ${integer(view.step)}, ${changesInWords(view)}: gradient norm by layer, draw 1, before clip`,
    head: ['layer', 'as trained', 'what if'],
    body: layerNorms(view).map(({ name, before, after }) => [name, significant(before), significant(after)]),
  };
}

/** Lines for a dropscope.json. */
export function configKeys(values: WhatIfValues): string {
  return whatIfKeys.map((key) => `"${key}": ${values[key]}`).join(',\n');
}

/** Arguments of language_model_learner: the config's dropouts and the factor on them. */
export function fastaiArguments(values: WhatIfValues): string {
  const { drop_mult, ...dropouts } = values;
  const keys = Object.entries(dropouts).map(([key, value]) => `'${key}': ${value}`);
  return `config={**awd_lstm_lm_config, ${keys.join(', ')}}, drop_mult=${drop_mult}`;
}
