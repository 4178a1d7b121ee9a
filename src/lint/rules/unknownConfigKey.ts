/** unknown-config-key: a key that fastai does not know; it is ignored or raises far away from here. */
import { configKeys } from '../knowledge/references.ts';
import { textOf } from '../python/pythonFile.ts';
import { didYouMean } from '../../shared/didYouMean.ts';
import { problemAt, replace, type Rule } from './rule.ts';

export const unknownConfigKey: Rule = {
  code: 'unknown-config-key',
  severity: 'warning',
  summary: 'an unknown or misspelt hyper-parameter',
  *check(file) {
    for (const settings of file.settings) {
      const { call } = settings;
      const known =
        settings.kind === 'config'
          ? configKeys
          : call?.callable.closed && !call.local
            ? call.callable.parameters
            : null;
      for (const { key, keyNode } of known ? settings.entries.values() : []) {
        if (known!.includes(key)) continue;
        const meant = didYouMean(key, known!);
        const written = textOf(file, keyNode).replace(key, meant ?? key);
        yield problemAt(
          keyNode,
          `${key}: unknown ${settings.kind === 'config' ? 'config key' : `argument of ${call!.callable.name}`}${meant ? ` (did you mean ${meant}?)` : ''}`,
          meant ? replace(keyNode, written, `Change to ${meant}`) : undefined,
        );
      }
      const slip =
        call && settings.kind === 'config' ? misspeltFactor(call.given.given.map(({ keyword }) => keyword)) : null;
      const argument = slip ? call!.given.given.find(({ keyword }) => keyword === slip) : undefined;
      if (argument?.keywordNode) {
        yield problemAt(
          argument.keywordNode,
          `${slip}: unknown argument (did you mean drop_mult?)`,
          replace(argument.keywordNode, 'drop_mult', 'Change to drop_mult'),
        );
      }
    }
  },
};

/** The learners take any keyword and pass it on, so only what is nearly drop_mult is called a slip. */
function misspeltFactor(keywords: readonly (string | null)[]): string | null {
  const slip = keywords.find((keyword) => keyword && keyword !== 'drop_mult' && didYouMean(keyword, ['drop_mult']));
  return slip ?? null;
}
