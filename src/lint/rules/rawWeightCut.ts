/**
 * raw-weight-cut: a derived weight made from raw outside the graph, so that raw never gets a gradient and never learns,
 * while the loss still falls because the other weights do. fastai2 shipped this for three months.
 */
import type { Problem } from '../../shared/finding.ts';
import { dropoutCallOf, type DropoutCall } from '../python/dropoutCalls.ts';
import { readKnownCall } from '../python/knownCalls.ts';
import type { LintFile } from '../python/lintFile.ts';
import { isSetUp, isWithoutGradient, methodAround, modeAt } from '../python/methods.ts';
import { textOf } from '../python/pythonFile.ts';
import { argumentsOf } from '../python/arguments.ts';
import { bare, calleeOf, children, enclosing, type Node } from '../python/syntax.ts';
import { type Cut, cutOf, isWeight, origins, weightWrites } from '../python/weights.ts';
import { isDataTarget } from './parameterDataWrite.ts';
import { problemAt, replace, type Rule } from './rule.ts';

export const rawWeightCut: Rule = {
  code: 'raw-weight-cut',
  severity: 'error',
  summary: 'the raw weight gets no gradient: it is cut from the graph',
  *check(file) {
    const seen = new Set<number>();
    for (const problem of [...droppedCuts(file), ...writtenCuts(file)]) {
      if (!seen.has(problem.from)) yield problem;
      seen.add(problem.from);
    }
  },
};

/** `F.dropout(raw.data, …)` anywhere in a method of a module, wherever its result goes. */
function* droppedCuts(file: LintFile): Generator<Problem> {
  for (const dropout of file.dropoutCalls) {
    if (!dropout.input || !derivesIn(file, dropout.call.node) || !isDerivation(file, dropout)) continue;
    if (isWithoutGradient(file, dropout.call.node) || isIntoData(file, dropout.call.node)) continue;
    for (const cut of cutsOf(file, dropout.input)) if (isWeight(file, cut.weight)) yield cutProblem(file, cut);
  }
}

/** What a method gives the module as its weight: cut, re-wrapped as a leaf, or made under no_grad. */
function* writtenCuts(file: LintFile): Generator<Problem> {
  for (const write of weightWrites(file)) {
    if (!derivesIn(file, write.statement)) continue;
    for (const value of origins(file, write.value)) {
      const wrapped = parameterOf(file, value);
      const inner = wrapped ? origins(file, wrapped) : [value];
      const dropout = inner.map((node) => dropoutAt(file, node)).find((call) => call !== null) ?? null;
      if (dropout && !isDerivation(file, dropout)) continue;
      if (wrapped && (dropout || inner.some((node) => masked(file, node)))) yield wrappedProblem(file, value, wrapped);
      else if (dropout && isWithoutGradient(file, dropout.call.node)) yield noGradProblem(dropout);
      else yield* valueCuts(file, value);
    }
  }
}

/** `raw.data * mask` and `F.dropout(raw).data`. */
function* valueCuts(file: LintFile, value: Node): Generator<Problem> {
  const factors = masked(file, value);
  for (const factor of factors ?? []) {
    for (const cut of cutsOf(file, factor)) if (isWeight(file, cut.weight)) yield cutProblem(file, cut);
  }
  const cut = cutOf(file, value);
  const dropped = cut ? origins(file, cut.weight).some((node) => dropoutAt(file, node) !== null) : false;
  if (cut && dropped) yield cutProblem(file, cut);
}

/** Both sides of a product one of which is a mask; null for anything else. */
function masked(file: LintFile, value: Node): [Node, Node] | null {
  const [left, operator, right] = children(value);
  if (value.name !== 'BinaryExpression' || !left || !right || !operator || textOf(file, operator) !== '*') return null;
  return [left, right].some((side) => isMask(file, side)) ? [left, right] : null;
}

function isMask(file: LintFile, side: Node): boolean {
  return origins(file, side).some((node) => /mask|bernoulli|dropout/i.test(textOf(file, node)));
}

/** Code that runs at every step: a method that is no set-up, in a module or shown without its class. */
function derivesIn(file: LintFile, node: Node): boolean {
  const method = methodAround(file, node);
  return method !== null && method.isModule && !isSetUp(method.name) && modeAt(file, node) !== 'eval';
}

/** `training=False` copies and does not derive. */
function isDerivation(file: LintFile, dropout: DropoutCall): boolean {
  return dropout.literal !== false && modeAt(file, dropout.call.node) !== 'eval';
}

function isIntoData(file: LintFile, node: Node): boolean {
  const statement = enclosing(node, 'AssignStatement');
  return statement?.firstChild ? isDataTarget(file, statement.firstChild) : false;
}

function dropoutAt(file: LintFile, node: Node): DropoutCall | null {
  const call = node.name === 'CallExpression' ? readKnownCall(file, node) : null;
  return call ? dropoutCallOf(file, call) : null;
}

function cutsOf(file: LintFile, expression: Node): Cut[] {
  return origins(file, expression).flatMap((node) => cutOf(file, node) ?? []);
}

/** The value inside `nn.Parameter(value)`. */
function parameterOf(file: LintFile, value: Node): Node | null {
  const callee = calleeOf(bare(value));
  if (!callee || !/(^|\.)Parameter$/.test(textOf(file, callee))) return null;
  return argumentsOf(bare(value), file.text).given[0]?.value ?? null;
}

function cutProblem(file: LintFile, { node, weight, how }: Cut): Problem {
  const name = textOf(file, weight);
  const message = `${how} cuts ${name} from the graph: the raw weight gets no gradient and never learns; drop ${name} itself`;
  return problemAt(node, message, replace(node, name, `Remove ${how}`));
}

function wrappedProblem(file: LintFile, node: Node, inner: Node): Problem {
  const message =
    'a dropped weight wrapped as a new Parameter is a leaf of its own: the raw weight gets no gradient and never learns; set the dropped tensor itself';
  return problemAt(node, message, replace(node, textOf(file, inner), 'Set the tensor without wrapping it'));
}

function noGradProblem({ call }: DropoutCall): Problem {
  return problemAt(
    call.node,
    'the derived weight is made under no_grad: the raw weight gets no gradient and never learns; derive it outside',
  );
}
