/** The constant an expression comes to, as far as the file tells: numbers, strings, booleans, None, lists. */
import { separated } from './arguments.ts';
import { type PythonFile, reachingBindings, textOf } from './pythonFile.ts';
import { bare, children, dottedName, type Node, stringValue } from './syntax.ts';

export type Value =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'boolean'; readonly boolean: boolean }
  | { readonly kind: 'string'; readonly string: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'unknown' };

const unknown: Value = { kind: 'unknown' };

/** Follows names up to eight steps; anything else than a constant is unknown. */
export function evaluate(file: PythonFile, expression: Node, steps = 8): Value {
  const node = bare(expression);
  switch (node.name) {
    case 'Number':
      return numberValue(textOf(file, node));
    case 'Boolean':
      return { kind: 'boolean', boolean: textOf(file, node) === 'True' };
    case 'None':
      return { kind: 'none' };
    case 'String':
    case 'ContinuedString': {
      const string = stringValue(node, file.text);
      return string === null ? unknown : { kind: 'string', string };
    }
    case 'ArrayExpression':
    case 'TupleExpression':
      return listValue(file, node, steps);
    case 'UnaryExpression':
      return unaryValue(file, node, steps);
    case 'BinaryExpression':
      return steps > 0 ? binaryValue(file, node, steps - 1) : unknown;
    case 'VariableName':
      return steps > 0 ? nameValue(file, node, steps - 1) : unknown;
    case 'MemberExpression':
      return steps > 0 ? memberValue(file, node, steps - 1) : unknown;
    default:
      return unknown;
  }
}

export function numberOf(file: PythonFile, expression: Node | undefined): number | null {
  const value = expression ? evaluate(file, expression) : unknown;
  return value.kind === 'number' ? value.number : null;
}

/** The string, or the strings of a list of strings, each with its node; null when any cannot be told. */
export function stringsOf(file: PythonFile, expression: Node): readonly string[] | null {
  const value = evaluate(file, expression);
  if (value.kind === 'string') return [value.string];
  if (value.kind !== 'list') return null;
  const strings = value.items.map((item) => (item.kind === 'string' ? item.string : null));
  return strings.every((item) => item !== null) ? strings : null;
}

function numberValue(source: string): Value {
  const number = Number(source.replaceAll('_', ''));
  return Number.isNaN(number) ? unknown : { kind: 'number', number };
}

function listValue(file: PythonFile, node: Node, steps: number): Value {
  if (steps <= 0) return unknown;
  const groups = separated(children(node).slice(1));
  if (groups.some((group) => group.length !== 1)) return { kind: 'list', items: [unknown] };
  return { kind: 'list', items: groups.map(([item]) => evaluate(file, item!, steps - 1)) };
}

function unaryValue(file: PythonFile, node: Node, steps: number): Value {
  const [operator, operand] = children(node);
  if (!operator || !operand || steps <= 0) return unknown;
  const value = evaluate(file, operand, steps - 1);
  if (operator.name === 'not') return value.kind === 'boolean' ? { kind: 'boolean', boolean: !value.boolean } : unknown;
  if (value.kind !== 'number') return unknown;
  if (textOf(file, operator) === '-') return { kind: 'number', number: -value.number };
  return textOf(file, operator) === '+' ? value : unknown;
}

function binaryValue(file: PythonFile, node: Node, steps: number): Value {
  const [left, operator, right] = children(node);
  if (!left || !operator || !right) return unknown;
  const [a, b] = [evaluate(file, left, steps), evaluate(file, right, steps)];
  if (a.kind !== 'number' || b.kind !== 'number') return unknown;
  const operate = operations[textOf(file, operator)];
  const number = operate?.(a.number, b.number) ?? NaN;
  // 0.1 * 3 must not look different from 0.3.
  return Number.isFinite(number) ? { kind: 'number', number: Number(number.toPrecision(12)) } : unknown;
}

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '**': (a, b) => a ** b,
};

function nameValue(file: PythonFile, node: Node, steps: number): Value {
  return constantOf(file, textOf(file, node), node, steps);
}

/** `1.` is a number with nothing behind its point; `self.p` has the one value its class gives it. */
function memberValue(file: PythonFile, node: Node, steps: number): Value {
  const [first, point, third] = children(node);
  if (first?.name === 'Number' && point?.name === '.' && (!third || third.from === third.to)) {
    return numberValue(textOf(file, first));
  }
  const name = dottedName(node, file.text);
  return name?.startsWith('self.') ? constantOf(file, name, node, steps) : unknown;
}

function constantOf(file: PythonFile, name: string, use: Node, steps: number): Value {
  const [binding, ...others] = reachingBindings(file, name, use) ?? [];
  if (!binding?.value || binding.index !== null || others.length > 0) return unknown;
  return evaluate(file, binding.value, steps);
}
