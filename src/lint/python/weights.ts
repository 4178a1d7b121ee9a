/**
 * Weights and what is made of them: where a method sets a derived weight, what an expression was before `.data`, and
 * whether something is a weight at all (hidden states are not).
 */
import { argumentsOf } from './arguments.ts';
import { nameOf, type PythonFile, reachingBindings, textOf } from './pythonFile.ts';
import {
  attributeOf,
  bare,
  calleeOf,
  children,
  enclosing,
  methodCall,
  type Node,
  stringValue,
  subscriptOf,
} from './syntax.ts';

/** `setattr(module, name, value)`, `module._parameters[name] = value`, `module.weight = value`. */
export interface WeightWrite {
  readonly statement: Node;
  readonly value: Node;
}

/** Every place that gives a module a weight by hand. */
export function weightWrites(file: PythonFile): WeightWrite[] {
  const found: WeightWrite[] = [];
  for (const call of file.calls) {
    const callee = calleeOf(call);
    const method = methodCall(call, file.text)?.name;
    const isSet = callee !== null && textOf(file, callee) === 'setattr';
    if (!isSet && method !== 'register_parameter') continue;
    const values = argumentsOf(call, file.text).given;
    const [name, value] = isSet ? [values[1], values[2]] : [values[0], values[1]];
    if (!name || !value || !mayNameWeight(file, name.value)) continue;
    found.push({ statement: call, value: value.value });
  }
  for (const statement of file.assignments) {
    const [target, operator, value] = children(statement);
    if (target && operator?.name === 'AssignOp' && value && isWeightTarget(file, target))
      found.push({ statement, value });
  }
  return found;
}

function mayNameWeight(file: PythonFile, name: Node): boolean {
  const constant = stringValue(bare(name), file.text);
  return constant === null || /weight|_raw$|^w_?/i.test(constant);
}

function isWeightTarget(file: PythonFile, target: Node): boolean {
  const subscript = subscriptOf(target);
  if (subscript) return ['_parameters', '__dict__'].includes(attributeOf(subscript.object, file.text)?.name ?? '');
  return /weight(?!_p$|_drop|_decay)/.test(attributeOf(target, file.text)?.name ?? '');
}

/** An expression and, for a name of the same function, everything it can have been; at most four steps. */
export function origins(file: PythonFile, expression: Node, steps = 4): Node[] {
  const node = bare(expression);
  if (node.name === 'ConditionalExpression') {
    const [value, , , , other] = children(node);
    return [value, other].flatMap((part) => (part ? origins(file, part, steps) : []));
  }
  if (node.name !== 'VariableName' || steps <= 0) return [node];
  const bindings = reachingBindings(file, textOf(file, node), node) ?? [];
  const values = bindings.flatMap(({ value, index }) => (value && index === null ? [value] : []));
  return [node, ...values.flatMap((value) => origins(file, value, steps - 1))];
}

export interface Cut {
  /** `w.data` or `w.detach()` as a whole. */
  readonly node: Node;
  readonly weight: Node;
  readonly how: '.data' | '.detach()';
}

/** Whether an expression is cut from the graph: `w.data` or `w.detach()`. */
export function cutOf(file: PythonFile, expression: Node): Cut | null {
  const node = bare(expression);
  const attribute = attributeOf(node, file.text);
  if (attribute?.name === 'data') return { node, weight: attribute.object, how: '.data' };
  const method = node.name === 'CallExpression' ? methodCall(node, file.text) : null;
  return method?.name === 'detach' ? { node, weight: method.object, how: '.detach()' } : null;
}

/** Whether an expression is a weight: by its name, by the name it is fetched under, or by where it is fetched from. */
export function isWeight(file: PythonFile, expression: Node): boolean {
  return origins(file, expression).some((node) => {
    const name = attributeOf(node, file.text)?.name ?? (node.name === 'VariableName' ? textOf(file, node) : '');
    if (/weight|raw(_|$)|(^|_)raw/i.test(name)) return true;
    const subscript = subscriptOf(node);
    if (subscript) return attributeOf(subscript.object, file.text)?.name === '_parameters';
    const callee = calleeOf(node);
    if (!callee || textOf(file, callee) !== 'getattr') return false;
    return /_raw|weight/.test(textOf(file, node)) || isWeightDropClass(file, enclosing(node, 'ClassDefinition'));
  });
}

/** A class that by its name or by its `_raw` parameters is a weight drop. */
function isWeightDropClass(file: PythonFile, definition: Node | null): boolean {
  if (!definition) return false;
  return /weight_?drop|drop_?connect/i.test(nameOf(definition, file.text)) || /_raw['"]/.test(textOf(file, definition));
}
