/** derived-weight-optimised: an optimiser that is given the derived weight moves a tensor that the next step overwrites. */
import type { LintFile } from '../python/lintFile.ts';
import { readKnownCall } from '../python/knownCalls.ts';
import { fullName, reachingBindings, textOf } from '../python/pythonFile.ts';
import { attributeOf, calleeOf, dottedName, type Node, within } from '../python/syntax.ts';
import { problemAt, replace, type Rule } from './rule.ts';

export const derivedWeightOptimised: Rule = {
  code: 'derived-weight-optimised',
  severity: 'warning',
  summary: 'a derived weight handed to an optimiser',
  *check(file) {
    if (!file.text.includes('optim')) return;
    for (const call of file.calls) {
      const name = fullName(file, calleeOf(call)!) ?? '';
      const list = /^torch\.optim\.\w+$/.test(name) ? call.getChild('ArgList') : null;
      for (const member of list ? within(list, 'MemberExpression') : []) {
        const attribute = attributeOf(member, file.text);
        if (!attribute || !/^weight_hh_l\d+(_reverse)?$/.test(attribute.name)) continue;
        const wrapper = wrapperOf(file, attribute.object);
        if (!wrapper) continue;
        const raw = `${wrapper}.${attribute.name}_raw`;
        yield problemAt(
          member,
          `${attribute.name} is derived anew at every step: the optimiser must move ${raw}`,
          replace(member, raw, `Use ${raw}`),
        );
      }
    }
  },
};

/** Where the raw weight lives when `object` is a module inside a weight drop that this file builds; null otherwise. */
function wrapperOf(file: LintFile, object: Node): string | null {
  const name = dottedName(object, file.text);
  const wrapper = name?.endsWith('.module') ? name.slice(0, -'.module'.length) : null;
  const root = within(object, 'VariableName')[0];
  if (wrapper === null || !root) return null;
  const [binding] = reachingBindings(file, wrapper, root) ?? [];
  const made = binding?.value?.name === 'CallExpression' ? readKnownCall(file, binding.value) : null;
  if (made?.callable.name === 'WeightDropout') return wrapper;
  return made?.callable.name === 'WeightDrop' ? `${textOf(file, object)}` : null;
}
