/** Where names get their values: assignments with their targets, apart by scope and in the order of the text. */
import { separated } from './arguments.ts';
import { children, dottedName, enclosing, type Node } from './syntax.ts';

export interface Binding {
  /** "x" or, for attributes of self, "self.x". */
  readonly name: string;
  readonly target: Node;
  /** The value; of `x, h = f()` the whole right side, with `index` telling which part of it. */
  readonly value: Node | null;
  readonly index: number | null;
  readonly statement: Node;
  /** The function, lambda or (for self.x) class the name belongs to; null at the top level of the file. */
  readonly scope: Node | null;
}

/** The function a name at `node` belongs to; null outside functions. */
export function functionAround(node: Node): Node | null {
  return enclosing(node, 'FunctionDefinition');
}

/** What an AssignStatement binds; targets like `a[i]` and `a.b` (except self's) are left out. */
export function bindingsOf(statement: Node, text: string): Binding[] {
  const groups: Node[][] = [[]];
  for (const child of children(statement)) {
    if (child.name === 'AssignOp') groups.push([]);
    else if (child.name !== 'TypeDef' && child.name !== 'Comment') groups.at(-1)!.push(child);
  }
  const values = separated(groups.pop()!).map(([first]) => first!);
  if (groups.length === 0) return [];
  return groups.flatMap((group) => {
    const targets = separated(group).map((parts) => parts.at(-1)!);
    return targets.flatMap((target, index) => {
      const paired = targets.length === values.length;
      const value = paired ? values[index]! : targets.length > 1 && values.length === 1 ? values[0]! : null;
      return bind(target, value, paired ? null : index, statement, text);
    });
  });
}

/** The names that a `for` statement binds, without values. */
export function loopBindings(statement: Node, text: string): Binding[] {
  const found: Binding[] = [];
  for (const child of children(statement).slice(1)) {
    if (child.name === 'in') break;
    for (const target of child.name === 'VariableName' ? [child] : child.getChildren('VariableName'))
      found.push(...bind(target, null, null, statement, text));
  }
  return found;
}

/** `x *= y`: from here on x has a value that nobody computed. */
export function updateBindings(statement: Node, text: string): Binding[] {
  return statement.firstChild ? bind(statement.firstChild, null, null, statement, text) : [];
}

function bind(target: Node, value: Node | null, index: number | null, statement: Node, text: string): Binding[] {
  const name = dottedName(target, text);
  if (name === null) return [];
  const own = name.startsWith('self.') && name.indexOf('.', 5) === -1;
  if (!own && name.includes('.')) return [];
  const scope = own ? enclosing(statement, 'ClassDefinition') : functionAround(statement);
  return [{ name, target, value, index, statement, scope }];
}
