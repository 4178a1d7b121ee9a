/** unknown-weight-name: a weight drop of a name that the wrapped module does not have raises when it is built. */
import { didYouMean } from '../../shared/didYouMean.ts';
import { bare, children, type Node, stringValue } from '../python/syntax.ts';
import type { LintFile } from '../python/lintFile.ts';
import { hasWeight, weightNames } from '../python/wrappedModule.ts';
import { problemAt, replace, type Rule } from './rule.ts';
import { weightDropCalls } from './weightDropCalls.ts';

export const unknownWeightName: Rule = {
  code: 'unknown-weight-name',
  severity: 'error',
  summary: 'a weight name that the wrapped module does not have',
  *check(file) {
    for (const { call, module, names, namesNode } of weightDropCalls(file)) {
      for (const name of names) {
        if (hasWeight(module, name)) continue;
        const node = namesNode ? nodeOf(file, namesNode, name) : (call.bound.get('module')?.value ?? call.node);
        const known = weightNames(module);
        const meant = didYouMean(name, known.split(/[^\w]+/));
        const literal = namesNode && node.name === 'String' && meant;
        yield problemAt(
          node,
          `${module.label} has no weight ${name}; it has ${known}`,
          literal ? replace(node, `'${meant}'`, `Change to ${meant}`) : undefined,
        );
      }
    }
  },
};

/** The string itself where it is written out, otherwise the whole argument. */
function nodeOf(file: LintFile, argument: Node, name: string): Node {
  const node = bare(argument);
  const parts = node.name === 'String' ? [node] : children(node);
  return parts.find((part) => stringValue(part, file.text) === name) ?? argument;
}
