/**
 * One Python text, parsed and indexed: calls, classes, functions, assignments and imports, collected in one pass.
 * Broken code gives what can be read of it.
 */
import type { Tree } from '@lezer/common';
import { mentionsDropout } from '../../shared/knownNames.ts';
import { type Binding, bindingsOf, functionAround, loopBindings, updateBindings } from './bindings.ts';
import { type Imports, readImports } from './imports.ts';
import { dottedName, enclosing, isInside, type Node } from './syntax.ts';

export interface PythonFile {
  readonly text: string;
  readonly calls: readonly Node[];
  readonly classes: readonly Node[];
  readonly functions: readonly Node[];
  readonly assignments: readonly Node[];
  readonly updates: readonly Node[];
  readonly loops: readonly Node[];
  readonly imports: Imports;
  /** Every name ("x", "self.x") that is bound anywhere. */
  readonly boundNames: ReadonlySet<string>;
  /** The bindings of a name within one scope (bindingKey), in the order of the text. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  /** Classes and functions at any level, by name; the last one wins, as in Python. */
  readonly definitions: ReadonlyMap<string, Node>;
}

export function indexPython(text: string, tree: Tree): PythonFile {
  const found: Record<string, Node[]> = {
    CallExpression: [],
    ClassDefinition: [],
    FunctionDefinition: [],
    AssignStatement: [],
    UpdateStatement: [],
    ForStatement: [],
    ImportStatement: [],
  };
  const mentions = mentionTest(text, tree);
  tree.iterate({
    enter(reference) {
      const { name, from, to } = reference;
      found[name]?.push(reference.node);
      // What a class or function of the file does that mentions nothing known is of no interest; that it exists is.
      const isDefinition = name === 'ClassDefinition' || name === 'FunctionDefinition';
      return !isDefinition || !isOutermost(reference.node) || mentions(text.slice(from, to));
    },
  });
  const bindings = new Map<string, Binding[]>();
  const all = [
    ...found['AssignStatement']!.flatMap((statement) => bindingsOf(statement, text)),
    ...found['UpdateStatement']!.flatMap((statement) => updateBindings(statement, text)),
    ...found['ForStatement']!.flatMap((statement) => loopBindings(statement, text)),
  ].sort((a, b) => a.target.from - b.target.from);
  for (const binding of all) {
    const key = bindingKey(binding.name, binding.scope);
    const same = bindings.get(key);
    if (same) same.push(binding);
    else bindings.set(key, [binding]);
  }
  const definitions = new Map<string, Node>();
  for (const node of [...found['ClassDefinition']!, ...found['FunctionDefinition']!]) {
    const inClass = node.name === 'FunctionDefinition' && classOf(node) !== null;
    if (!inClass) definitions.set(nameOf(node, text), node);
  }
  return {
    text,
    calls: found['CallExpression']!,
    classes: found['ClassDefinition']!,
    functions: found['FunctionDefinition']!,
    assignments: found['AssignStatement']!,
    updates: found['UpdateStatement']!,
    loops: found['ForStatement']!,
    imports: readImports(found['ImportStatement']!, text),
    boundNames: new Set(all.map(({ name }) => name)),
    bindings,
    definitions,
  };
}

function isOutermost(definition: Node): boolean {
  return !enclosing(definition, 'ClassDefinition', 'FunctionDefinition');
}

/** The test for known names, widened by what this file imports them as. */
function mentionTest(text: string, tree: Tree): (part: string) => boolean {
  const imports = readImports(tree.topNode.getChildren('ImportStatement'), text);
  const aliases = [...imports.names].filter(([, full]) => mentionsDropout(full)).map(([alias]) => alias);
  return (part) => mentionsDropout(part) || aliases.some((alias) => part.includes(alias));
}

/** The name of a class or function. */
export function nameOf(definition: Node, text: string): string {
  const name = definition.getChild('VariableName');
  return name ? text.slice(name.from, name.to) : '';
}

/** The class whose body a function stands in directly. */
export function classOf(method: Node): Node | null {
  const around = enclosing(method, 'ClassDefinition', 'FunctionDefinition');
  return around?.name === 'ClassDefinition' ? around : null;
}

export function textOf(file: PythonFile, node: Node): string {
  return file.text.slice(node.from, node.to);
}

/** Parameter names of a function, in order, without a leading self or cls. */
export function parametersOf(
  definition: Node,
  text: string,
): { readonly name: string; readonly default: Node | null }[] {
  const list = definition.getChild('ParamList');
  const found: { name: string; default: Node | null }[] = [];
  let starred = false;
  for (let node = list?.firstChild ?? null; node; node = node.nextSibling) {
    if (node.name === '*' || node.name === '**') starred = true;
    else if (node.name === ',') starred = false;
    else if (node.name === 'VariableName' && node.prevSibling?.name !== 'AssignOp' && !starred)
      found.push({ name: text.slice(node.from, node.to), default: null });
    else if (node.prevSibling?.name === 'AssignOp' && found.length > 0) found.at(-1)!.default = node;
  }
  return ['self', 'cls'].includes(found[0]?.name ?? '') ? found.slice(1) : found;
}

/**
 * The bindings that can have given `name` its value at `use`: backwards from there to the last one that always runs.
 * Bindings of the enclosing function first, then of the file; null when the name may come from elsewhere (a parameter,
 * a loop, a file-level name that is bound more than once and used in a function).
 */
export function reachingBindings(file: PythonFile, name: string, use: Node): readonly Binding[] | null {
  if (!file.boundNames.has(name)) return null;
  const scope = name.startsWith('self.') ? enclosing(use, 'ClassDefinition') : functionAround(use);
  const here = file.bindings.get(bindingKey(name, scope)) ?? [];
  if (name.startsWith('self.') || here.length > 0) return here.length === 0 ? null : reaching(here, use, name);
  if (scope && parametersOf(scope, file.text).some((parameter) => parameter.name === name)) return null;
  const outer = file.bindings.get(bindingKey(name, null)) ?? [];
  if (scope !== null) return outer.length === 1 ? outer : null;
  return outer.length === 0 ? null : reaching(outer, use, name);
}

function reaching(bindings: readonly Binding[], use: Node, name: string): readonly Binding[] | null {
  // What an attribute is at some moment cannot be told from the order of the text.
  if (name.startsWith('self.')) return [...bindings];
  const found: Binding[] = [];
  for (let at = bindings.length - 1; at >= 0; at--) {
    const binding = bindings[at]!;
    if (binding.statement.to > use.from) continue;
    found.push(binding);
    const block = binding.statement.parent;
    if (block && isInside(use, block) && binding.statement.name !== 'ForStatement') return found;
  }
  return found.length > 0 ? found : null;
}

function bindingKey(name: string, scope: Node | null): string {
  return `${scope?.from ?? ''}:${name}`;
}

/**
 * What the dotted name of an expression stands for, aliases followed: "torch.nn.functional.dropout". A name that the
 * file defines itself is "local.NAME", one it gets from nowhere "?.NAME" (a star import, an earlier notebook cell).
 */
export function fullName(file: PythonFile, node: Node): string | null {
  const dotted = dottedName(node, file.text);
  if (dotted === null) return null;
  const [first, ...rest] = dotted.split('.');
  const after = rest.map((part) => `.${part}`).join('');
  if (first === undefined || first === 'self') return null;
  if (file.definitions.has(first)) return `local.${dotted}`;
  const imported = file.imports.names.get(first);
  if (imported !== undefined) return imported + after;
  if (file.boundNames.has(first)) return null;
  return (customary[first] ?? `?.${first}`) + after;
}

/** Names everybody uses, for fragments of code without their imports. */
const customary: Readonly<Record<string, string>> = {
  torch: 'torch',
  nn: 'torch.nn',
  F: 'torch.nn.functional',
  optim: 'torch.optim',
};
