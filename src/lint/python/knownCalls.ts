/** The calls of a file whose dropout settings are understood, with their arguments by parameter name. */
import { callableFor, type Callable } from '../knowledge/callables.ts';
import { type Argument, type Arguments, argumentsOf, bindArguments } from './arguments.ts';
import { fullName, nameOf, parametersOf, type PythonFile } from './pythonFile.ts';
import { calleeOf, type Node } from './syntax.ts';
import { callables } from '../knowledge/callables.ts';

export interface KnownCall {
  readonly callable: Callable;
  readonly node: Node;
  readonly given: Arguments;
  readonly bound: ReadonlyMap<string, Argument>;
  /** No `*args` or `**kwargs`: what is not bound has its default. */
  readonly complete: boolean;
  /** The class or function of that name stands in this file; its own parameters are used. */
  readonly local: boolean;
}

export function readKnownCalls(file: PythonFile): KnownCall[] {
  const found: KnownCall[] = [];
  for (const node of file.calls) {
    const call = readKnownCall(file, node);
    if (call) found.push(call);
  }
  return found;
}

export function readKnownCall(file: PythonFile, node: Node): KnownCall | null {
  const callee = calleeOf(node);
  const last = callee?.name === 'MemberExpression' ? callee.lastChild : callee;
  if (!callee || !last || !mayBeKnown(file, file.text.slice(last.from, last.to))) return null;
  const name = fullName(file, callee);
  if (name === null) return null;
  const local = name.startsWith('local.');
  const callable = local ? localCallable(file, name.slice('local.'.length)) : callableFor(name, file.imports.stars);
  if (!callable) return null;
  const given = argumentsOf(node, file.text);
  const complete = given.starred.length + given.doubleStarred.length === 0;
  return { callable, node, given, bound: bindArguments(given, callable.parameters), complete, local };
}

/** Imports may rename: a name that is no callable's own is still one when it was imported `as`. */
function mayBeKnown(file: PythonFile, name: string): boolean {
  return callables.has(name) || file.imports.names.has(name);
}

/** A class written in the file under a known name: its constructor's own parameters, and those names as probabilities. */
function localCallable(file: PythonFile, name: string): Callable | undefined {
  const known = callables.get(name);
  const definition = file.definitions.get(name);
  if (!known || !definition || known.library === 'torch') return undefined;
  const constructor =
    definition.name === 'FunctionDefinition'
      ? definition
      : definition
          .getChild('Body')
          ?.getChildren('FunctionDefinition')
          .find((method) => nameOf(method, file.text) === '__init__');
  if (!constructor) return undefined;
  const parameters = parametersOf(constructor, file.text).map((parameter) => parameter.name);
  const probabilities = Object.fromEntries(
    Object.entries(known.probabilities).filter(([parameter]) => parameters.includes(parameter)),
  );
  return { name, library: known.library, parameters, probabilities };
}
