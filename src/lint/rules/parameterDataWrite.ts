/**
 * parameter-data-write: the dropped weight is written into the parameter itself, so raw is gone; after k steps a share
 * (1-p)^k of it is left, scaled by (1/(1-p))^k.
 */
import type { Problem } from '../../shared/finding.ts';
import type { LintFile } from '../python/lintFile.ts';
import { isSetUp, methodAround } from '../python/methods.ts';
import { argumentsOf } from '../python/arguments.ts';
import { type PythonFile, textOf } from '../python/pythonFile.ts';
import { loopBindings } from '../python/bindings.ts';
import {
  attributeOf,
  bare,
  children,
  enclosing,
  methodCall,
  type Node,
  subscriptOf,
  within,
} from '../python/syntax.ts';
import { isWeight, origins } from '../python/weights.ts';
import { problemAt, type Rule } from './rule.ts';

export const parameterDataWrite: Rule = {
  code: 'parameter-data-write',
  severity: 'error',
  summary: "a dropped weight written into the parameter's own data",
  *check(file) {
    for (const { target, values, node } of writes(file)) {
      const method = methodAround(file, node);
      if (
        !method ||
        isSetUp(method.name) ||
        !isParameter(file, target) ||
        !values.some((value) => isDropped(file, value))
      )
        continue;
      yield problemAt(node, messageFor(textOf(file, target)));
    }
  },
};

interface Write {
  /** The parameter, without `.data`. */
  readonly target: Node;
  readonly values: readonly Node[];
  readonly node: Node;
}

function* writes(file: LintFile): Generator<Write> {
  for (const statement of [...file.assignments, ...file.updates]) {
    const [target, operator, value] = children(statement);
    const parameter = target && operator && value ? dataOf(file, target) : null;
    if (parameter && value) yield { target: parameter, values: [value], node: target! };
  }
  for (const call of file.calls) {
    const method = methodCall(call, file.text);
    const isWrite = method && /^(copy_|mul_|masked_fill_|div_|set_)$/.test(method.name);
    const parameter = isWrite ? (dataOf(file, method.object) ?? weightOf(file, method.object)) : null;
    if (!parameter) continue;
    yield { target: parameter, values: argumentsOf(call, file.text).given.map(({ value }) => value), node: call };
  }
  for (const { call, input } of file.dropoutCalls) {
    const inplace = call.bound.get('inplace')?.value;
    const parameter = input && inplace && textOf(file, inplace) === 'True' ? dataOf(file, input) : null;
    if (parameter) yield { target: parameter, values: [call.node], node: call.node };
  }
}

/** Whether a target of an assignment is `x.data` or a part of it. */
export function isDataTarget(file: PythonFile, target: Node): boolean {
  return dataOf(file, target) !== null;
}

function dataOf(file: PythonFile, target: Node): Node | null {
  const inner = subscriptOf(target)?.object ?? target;
  const attribute = attributeOf(bare(inner), file.text);
  return attribute?.name === 'data' ? attribute.object : null;
}

/** A parameter written to without `.data` (under no_grad): an attribute, not a tensor that was just made. */
function weightOf(file: LintFile, object: Node): Node | null {
  const isAttribute = origins(file, object).some((node) => attributeOf(node, file.text) && isWeight(file, node));
  return isAttribute ? object : null;
}

/** A weight by its name or origin, or what a loop over parameters() hands out; masked activations are none. */
function isParameter(file: LintFile, target: Node): boolean {
  if (isWeight(file, target)) return true;
  const names = within(target, 'VariableName').map((name) => textOf(file, name));
  for (let loop = enclosing(target, 'ForStatement'); loop; loop = enclosing(loop, 'ForStatement')) {
    const header = file.text.slice(loop.from, loop.getChild('Body')?.from ?? loop.to);
    const bound = loopBindings(loop, file.text).map(({ name }) => name);
    if (/parameters\(/.test(header) && names.some((name) => bound.includes(name))) return true;
  }
  return false;
}

/** Whether a value comes from dropping: a dropout call, a mask, a Bernoulli draw. */
function isDropped(file: LintFile, value: Node): boolean {
  return origins(file, value).some((node) => /dropout\w*\(|bernoulli|(^|[^a-z])mask/i.test(textOf(file, node)));
}

function messageFor(target: string): Problem['message'] {
  return `the dropped weight is written into ${target} itself: what is dropped is lost for good and the rest grows at every step; keep the raw weight and use raw x mask`;
}
