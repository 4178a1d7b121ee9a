/** Dicts of hyper-parameters: literals, dict(…), copies of fastai's configs, and what is written into them later. */
import { argumentsOf, separated } from './arguments.ts';
import { functionAround } from './bindings.ts';
import { fullName, type PythonFile, reachingBindings, textOf } from './pythonFile.ts';
import { bare, calleeOf, children, methodCall, type Node, stringValue, subscriptOf } from './syntax.ts';

export interface Entry {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: Node;
}

export interface ConfigDict {
  /** Which of fastai's configs it began as. */
  readonly base: 'lm' | 'classifier' | null;
  /** What the file itself says, by key; the last one wins. */
  readonly entries: ReadonlyMap<string, Entry>;
}

interface Update {
  readonly name: string;
  readonly at: Node;
  readonly entries: readonly Entry[];
}

const bases: Readonly<Record<string, 'lm' | 'classifier'>> = {
  awd_lstm_lm_config: 'lm',
  awd_lstm_clas_config: 'classifier',
};

/** Every `name[key] = value` and `name.update(…)` of a file. */
export function readUpdates(file: PythonFile): Update[] {
  const found: Update[] = [];
  for (const statement of file.assignments) {
    const [target, , value] = children(statement);
    const subscript = target ? subscriptOf(target) : null;
    const key = subscript ? stringValue(subscript.index, file.text) : null;
    if (!subscript || key === null || !value || subscript.object.name !== 'VariableName') continue;
    const entries = [{ key, keyNode: subscript.index, value }];
    found.push({ name: textOf(file, subscript.object), at: statement, entries });
  }
  for (const call of file.calls) {
    const method = methodCall(call, file.text);
    if (method?.name !== 'update' || method.object.name !== 'VariableName') continue;
    found.push({ name: textOf(file, method.object), at: call, entries: callEntries(file, call) });
  }
  return found.sort((a, b) => a.at.from - b.at.from);
}

/** The dict an expression is, as far as the file tells; null when it is none that can be followed. */
export function readConfigDict(
  file: PythonFile,
  updates: readonly Update[],
  expression: Node,
  steps = 6,
): ConfigDict | null {
  const node = bare(expression);
  if (steps <= 0) return null;
  const read = (part: Node) => readConfigDict(file, updates, part, steps - 1);
  switch (node.name) {
    case 'DictionaryExpression':
      return readLiteral(file, node, read);
    case 'CallExpression':
      return readCall(file, node, read);
    case 'BinaryExpression': {
      const [left, operator, right] = children(node);
      if (!left || !right || !operator || textOf(file, operator) !== '|') return null;
      return merge([read(left), read(right)]);
    }
    case 'VariableName':
    case 'MemberExpression':
      return readName(file, updates, node, read);
    default:
      return null;
  }
}

function readName(
  file: PythonFile,
  updates: readonly Update[],
  node: Node,
  read: (part: Node) => ConfigDict | null,
): ConfigDict | null {
  const name = textOf(file, node);
  const binding = node.name === 'VariableName' ? reachingBindings(file, name, node)?.[0] : undefined;
  const own = binding?.value ? read(binding.value) : null;
  const known = bases[fullName(file, node)?.split('.').at(-1) ?? ''];
  if (!own && !known) return null;
  const scope = functionAround(node)?.from;
  const later = updates.filter(
    ({ name: updated, at }) =>
      updated === name &&
      at.from > (binding?.statement.to ?? -1) &&
      at.to <= node.from &&
      (binding === undefined || functionAround(at)?.from === scope || binding.scope === null),
  );
  const start = own ?? { base: known ?? null, entries: new Map<string, Entry>() };
  return { base: start.base, entries: new Map([...start.entries, ...keyed(later.flatMap(({ entries }) => entries))]) };
}

function readCall(file: PythonFile, node: Node, read: (part: Node) => ConfigDict | null): ConfigDict | null {
  const method = methodCall(node, file.text);
  const callee = calleeOf(node);
  const name = callee ? textOf(file, callee) : '';
  const given = argumentsOf(node, file.text);
  const [first] = given.given;
  if (method?.name === 'copy' && given.given.length === 0) return read(method.object);
  if (['copy', 'deepcopy', 'copy.copy', 'copy.deepcopy'].includes(name)) return first ? read(first.value) : null;
  if (name !== 'dict') return null;
  const source = first?.keyword === null ? read(first.value) : null;
  const spread = given.doubleStarred.map(read);
  return merge([source, ...spread, { base: null, entries: new Map(keyed(callEntries(file, node))) }]);
}

function readLiteral(file: PythonFile, node: Node, read: (part: Node) => ConfigDict | null): ConfigDict {
  const parts: (ConfigDict | null)[] = [];
  for (const [first, second, third] of separated(children(node).slice(1))) {
    if (first?.name === '**' && second) parts.push(read(second));
    const key = first ? stringValue(first, file.text) : null;
    if (first && key !== null && third)
      parts.push({ base: null, entries: new Map([[key, { key, keyNode: first, value: third }]]) });
  }
  return merge(parts);
}

/** The entries of `dict(a=1)` and `x.update({'a': 1}, b=2)`. */
function callEntries(file: PythonFile, call: Node): Entry[] {
  return argumentsOf(call, file.text).given.flatMap(({ keyword, keywordNode, value }) => {
    if (keyword !== null && keywordNode) return [{ key: keyword, keyNode: keywordNode, value }];
    if (bare(value).name !== 'DictionaryExpression') return [];
    return [...readLiteral(file, bare(value), () => null).entries.values()];
  });
}

function keyed(entries: readonly Entry[]): [string, Entry][] {
  return entries.map((entry) => [entry.key, entry]);
}

function merge(parts: readonly (ConfigDict | null)[]): ConfigDict {
  const base = parts.find((part) => part?.base)?.base ?? null;
  return { base, entries: new Map(parts.flatMap((part) => [...(part?.entries ?? [])])) };
}
