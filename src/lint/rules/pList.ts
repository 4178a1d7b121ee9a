/** p-list: a list where a probability belongs; F.dropout takes a number and raises on first use. */
import { textOf } from '../python/pythonFile.ts';
import { bare, children } from '../python/syntax.ts';
import { evaluate } from '../python/value.ts';
import { problemAt, replace, type Rule } from './rule.ts';

export const pList: Rule = {
  code: 'p-list',
  severity: 'error',
  summary: 'a list given as a dropout probability',
  *check(file) {
    for (const { key, node, value } of file.probabilities) {
      if (value.kind !== 'list') continue;
      const item = value.items.length === 1 ? children(bare(node))[1] : undefined;
      const number = item && evaluate(file, item).kind === 'number' ? textOf(file, item) : undefined;
      yield problemAt(
        node,
        `${key} is a list: dropout takes one number and raises a TypeError on the first call`,
        number === undefined ? undefined : replace(node, number, `Write ${number}`),
      );
    }
  },
};
