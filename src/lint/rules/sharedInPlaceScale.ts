/** shared-in-place-scale: `masked.mul_(scale)` where masked can be the parameter itself: every call rescales it for good. */
import { isSetUp, isWithoutGradient, methodAround } from '../python/methods.ts';
import type { LintFile } from '../python/lintFile.ts';
import { argumentsOf } from '../python/arguments.ts';
import { textOf } from '../python/pythonFile.ts';
import { attributeOf, children, methodCall, type Node } from '../python/syntax.ts';
import { origins } from '../python/weights.ts';
import { problemAt, replace, type Rule } from './rule.ts';

export const sharedInPlaceScale: Rule = {
  code: 'shared-in-place-scale',
  severity: 'warning',
  summary: 'an in-place scale of what can be the parameter itself',
  *check(file) {
    for (const { node, name, operator, factor } of scalings(file)) {
      const method = methodAround(file, node);
      if (!method || isSetUp(method.name)) continue;
      const shared = origins(file, name).find(
        (origin) => isParameter(file, origin) && !isWithoutGradient(file, origin),
      );
      if (!shared) continue;
      const variable = textOf(file, name);
      const isStatement = node.parent?.name === 'ExpressionStatement' || node.name === 'UpdateStatement';
      yield problemAt(
        node,
        `${variable} can be ${textOf(file, shared)} itself: scaling it in place changes the parameter for good (or raises on a leaf); write ${variable} = ${variable} ${operator} …`,
        factor && isStatement
          ? replace(node, `${variable} = ${variable} ${operator} ${textOf(file, factor)}`, 'Scale a copy')
          : undefined,
      );
    }
  },
};

interface Scaling {
  readonly node: Node;
  readonly name: Node;
  readonly operator: '*' | '/';
  readonly factor: Node | undefined;
}

/** `x.mul_(s)`, `x.div_(s)`, `x *= s`, `x /= s` of a local name. */
function* scalings(file: LintFile): Generator<Scaling> {
  for (const call of file.calls) {
    const method = methodCall(call, file.text);
    if (!method || !['mul_', 'div_'].includes(method.name) || method.object.name !== 'VariableName') continue;
    const factor = argumentsOf(call, file.text).given[0]?.value;
    yield { node: call, name: method.object, operator: method.name === 'mul_' ? '*' : '/', factor };
  }
  for (const update of file.updates) {
    const [name, operator, factor] = children(update);
    const sign = operator ? textOf(file, operator) : '';
    if (name?.name !== 'VariableName' || (sign !== '*=' && sign !== '/=')) continue;
    yield { node: update, name, operator: sign === '*=' ? '*' : '/', factor };
  }
}

/** `self.emb.weight`: an attribute, reached without a call, that a module keeps its weight under. */
function isParameter(file: LintFile, node: Node): boolean {
  const attribute = attributeOf(node, file.text);
  if (!attribute || !/^(weight(_[ih]h_l\d+)?(_reverse)?|\w+_raw)$/.test(attribute.name)) return false;
  return /^\w+(\.\w+)*$/.test(textOf(file, node));
}
