/** functional-dropout-training: F.dropout does not know about model.eval(); without `training` it always drops. */
import { isMethodFragment, methodAround, modeAt } from '../python/methods.ts';
import { children } from '../python/syntax.ts';
import { problemAt, type Rule } from './rule.ts';

export const functionalDropoutTraining: Rule = {
  code: 'functional-dropout-training',
  severity: 'warning',
  summary: 'F.dropout in a module without training=self.training',
  *check(file) {
    for (const { call, training, complete } of file.dropoutCalls) {
      if (training || !complete) continue;
      const method = methodAround(file, call.node);
      const inModule = method ? method.isModule : isMethodFragment(file, call.node);
      if (!inModule || isMonteCarlo(method?.name, method?.className) || modeAt(file, call.node)) continue;
      const list = call.node.getChild('ArgList');
      const close = list?.lastChild;
      const before = close?.prevSibling;
      const comma = before?.name === ',' ? ' ' : ', ';
      const fix =
        list && close?.name === ')' && before && children(list).length > 2
          ? {
              title: 'Add training=self.training',
              edits: [{ from: before.to, to: before.to, text: `${comma}training=self.training` }],
            }
          : undefined;
      yield problemAt(
        call.node,
        `F.${call.callable.name} without training= drops in eval mode too: model.eval() does not reach it; add training=self.training`,
        fix,
      );
    }
  },
};

/** Names that say that dropping at evaluation is meant. */
export function isMonteCarlo(...names: readonly (string | null | undefined)[]): boolean {
  return names.some(
    (name) => name && /(^|_)mc(_|$)|MC[A-Z_]|monte_?carlo|always|bayes|uncertain/i.test(name) && !/mcl/i.test(name),
  );
}
