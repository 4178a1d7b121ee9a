/** Where in a class a piece of code stands: its method, whether the class is a module, whether training mode is sure. */
import { classOf, fullName, nameOf, type PythonFile, textOf } from './pythonFile.ts';
import { bare, children, dottedName, enclosing, type Node } from './syntax.ts';

export interface Method {
  readonly node: Node;
  readonly name: string;
  /** Null for a fragment: a method shown without its class. */
  readonly className: string | null;
  readonly isModule: boolean;
}

/** The method around `node`: the outermost function that has a self, so that closures count as part of it. */
export function methodAround(file: PythonFile, node: Node): Method | null {
  for (let around = enclosing(node, 'FunctionDefinition'); around; around = enclosing(around, 'FunctionDefinition')) {
    const owner = classOf(around);
    const first = around.getChild('ParamList')?.getChild('VariableName');
    if (!first || textOf(file, first) !== 'self') continue;
    const name = nameOf(around, file.text);
    if (!owner) return { node: around, name, className: null, isModule: true };
    return { node: around, name, className: nameOf(owner, file.text), isModule: isModule(file, owner) };
  }
  return null;
}

/** Whether code at the top level belongs to a method all the same: a pasted body that speaks of a self nobody binds. */
export function isMethodFragment(file: PythonFile, node: Node): boolean {
  if (enclosing(node, 'FunctionDefinition', 'ClassDefinition', 'LambdaExpression')) return false;
  let statement = node;
  while (statement.parent?.parent) statement = statement.parent;
  return !file.boundNames.has('self') && textOf(file, statement).includes('self.');
}

/** Whether a class is a torch module: by its bases, followed through the file, or because it has a forward. */
function isModule(file: PythonFile, definition: Node, steps = 8): boolean {
  const bases = definition.getChild('ArgList');
  for (const base of bases ? children(bases) : []) {
    const name = fullName(file, base);
    if (name === null) continue;
    if (name.startsWith('torch.nn.') || /(^|\.)\w*(Module|Layer|Dropout)$/.test(name)) return true;
    const local = name.startsWith('local.') ? file.definitions.get(name.slice('local.'.length)) : undefined;
    if (local?.name === 'ClassDefinition' && local.from !== definition.from && steps > 0) {
      if (isModule(file, local, steps - 1)) return true;
    }
  }
  const methods = definition.getChild('Body')?.getChildren('FunctionDefinition') ?? [];
  return bases !== null && methods.some((method) => nameOf(method, file.text) === 'forward');
}

/** Methods that set weights up or put them back, where copying values is right. */
export function isSetUp(name: string): boolean {
  return /^_*(__init__|init|reset|set_?up|load|copy|clone|restore|tie|build|create|export|save)/.test(name);
}

/** Whether `node` runs under torch.no_grad(), by a with statement or a decorator. */
export function isWithoutGradient(file: PythonFile, node: Node): boolean {
  for (let around = node.parent; around; around = around.parent) {
    if (around.name === 'WithStatement' && headerOf(file, around).includes('no_grad')) return true;
    if (around.name !== 'DecoratedStatement') continue;
    if (around.getChildren('Decorator').some((decorator) => textOf(file, decorator).includes('no_grad'))) return true;
  }
  return false;
}

function headerOf(file: PythonFile, statement: Node): string {
  return file.text.slice(statement.from, statement.getChild('Body')?.from ?? statement.to);
}

export type Mode = 'training' | 'eval';

/** The mode a module is surely in where `node` runs, from the conditions around it and early returns before it. */
export function modeAt(file: PythonFile, node: Node): Mode | null {
  let inner = node;
  for (let around = node.parent; around; inner = around, around = around.parent) {
    const mode = modeFrom(file, around, inner);
    if (mode) return mode;
    if (around.name === 'FunctionDefinition' && classOf(around)) return null;
  }
  return null;
}

function modeFrom(file: PythonFile, around: Node, inner: Node): Mode | null {
  if (around.name === 'ConditionalExpression') {
    const [value, , condition, , other] = children(around);
    if (!value || !condition) return null;
    if (inner.from === value.from) return implied(file, condition, true);
    return other && inner.from === other.from ? implied(file, condition, false) : null;
  }
  if (around.name === 'IfStatement') return modeOfBranch(file, around, inner);
  if (around.name !== 'Body' && around.name !== 'Script') return null;
  for (let before = inner.prevSibling; before; before = before.prevSibling) {
    const bodies = before.name === 'IfStatement' ? before.getChildren('Body') : [];
    const leaves = bodies.length === 1 && ['ReturnStatement', 'RaiseStatement'].includes(lastStatement(bodies[0]!));
    const condition = leaves ? before.firstChild?.nextSibling : null;
    const mode = condition ? implied(file, condition, false) : null;
    if (mode) return mode;
  }
  return null;
}

function lastStatement(body: Node): string {
  return body.lastChild?.name ?? '';
}

function modeOfBranch(file: PythonFile, statement: Node, branch: Node): Mode | null {
  let condition: Node | null = null;
  const failed: Node[] = [];
  for (const part of children(statement)) {
    if (part.name === 'if' || part.name === 'elif' || part.name === 'else') {
      if (condition) failed.push(condition);
      condition = part.name === 'else' ? null : part.nextSibling;
    }
    if (part.from !== branch.from || part.name !== 'Body') continue;
    const modes = [
      condition ? implied(file, condition, true) : null,
      ...failed.map((one) => implied(file, one, false)),
    ];
    return modes.find((mode) => mode !== null) ?? null;
  }
  return null;
}

/**
 * What a condition says about the mode when it holds (`truth`) or does not. The grammar reads `not a or b` as
 * `not (a or b)`; Python means `(not a) or b`, so a `not` before and/or is carried to their first part (`negated`).
 */
function implied(file: PythonFile, condition: Node, truth: boolean, negated = false): Mode | null {
  const node = bare(condition);
  const name = dottedName(node, file.text);
  if (name !== null) return /(^|\.)training$/.test(name) ? (truth !== negated ? 'training' : 'eval') : null;
  const [first, second, third] = children(node);
  if (node.name === 'UnaryExpression' && first?.name === 'not' && second) return implied(file, second, truth, !negated);
  if (node.name !== 'BinaryExpression' || !first || !second || !third) return null;
  if (condition.name === 'ParenthesizedExpression' && negated) return implied(file, node, !truth);
  const sure = truth ? 'and' : 'or';
  if (second.name !== sure) return null;
  return implied(file, first, truth, negated) ?? implied(file, third, truth);
}
