/**
 * What can be said of two runs laid beside each other, from their configs and curves alone: what differs, how they ended,
 * and how far that can be trusted. A is the run shown, B the one beside it.
 */
import type { RunSummary } from '../../src/shared/pageContract.ts';
import { configDifferences } from '../../src/shared/runDifferences.ts';
import type { RunDescription } from '../../src/shared/engineContract.ts';
import { count, fixed, integer, percent, significant } from '../shared/format.ts';
import type { History } from './history.ts';
import { lossCurve } from './lossCurve.ts';

/** One side of a comparison. */
export interface ComparedRun {
  readonly summary: RunSummary;
  /** Null while it is being prepared. */
  readonly description: RunDescription | null;
  readonly history: History;
}

/** A row of a table: its name and what A and B have there. */
export interface FactRow {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  /** B against A, or "". */
  readonly difference: string;
}

/** What is shown as a fact of its own instead of by its key. */
const TOLD_OTHERWISE = ['vocab_sz', 'backend', 'steps'];
/** Enough of a hash to tell texts apart. */
const HASH_DIGITS = 8;

/** Every key of the configs that differs, dropouts after drop_mult; then what else differs: data, sizes, steps, backend. */
export function differingFacts(a: ComparedRun, b: ComparedRun): FactRow[] {
  const [one, other] = [a.description, b.description];
  const keys = one && other ? configDifferences(one.config, other.config) : [];
  const row = (name: string, left: string, right: string): FactRow => ({ name, a: left, b: right, difference: '' });
  return [
    ...keys.filter(({ key }) => !TOLD_OTHERWISE.includes(key)).map((found) => row(found.key, found.a, found.b)),
    ...otherFacts(a, b)
      // What is not known yet of a run that is starting does not differ.
      .filter((fact) => fact.a !== fact.b && fact.a !== '' && fact.b !== '')
      .map((fact) => row(fact.name, fact.a, fact.b)),
  ];
}

/** What is the same, so that nobody has to guess: "seed 1, 24,512 training tokens, …". */
export function sharedFacts(a: ComparedRun, b: ComparedRun): string {
  const seeds = [a.summary.seed, b.summary.seed];
  const same = otherFacts(a, b).filter((fact) => fact.a === fact.b && fact.a !== '');
  return [
    ...(seeds[0] !== null && seeds[0] === seeds[1] ? [`seed ${seeds[0]}`] : []),
    ...same.map((fact) => `${fact.name} ${fact.a}`),
  ].join(', ');
}

function otherFacts(a: ComparedRun, b: ComparedRun): { name: string; a: string; b: string }[] {
  const of = (name: string, value: (run: ComparedRun) => string) => ({ name, a: value(a), b: value(b) });
  const told = (tell: (description: RunDescription) => string) => (run: ComparedRun) =>
    run.description ? tell(run.description) : '';
  return [
    of(
      'text (SHA-256)',
      told(({ corpusHash }) => corpusHash.slice(0, HASH_DIGITS)),
    ),
    of(
      'training tokens',
      told(({ trainTokens }) => integer(trainTokens)),
    ),
    of(
      'vocabulary',
      told(({ vocabSize }) => integer(vocabSize)),
    ),
    of(
      'weights',
      told(({ parameterCount }) => integer(parameterCount)),
    ),
    of('steps trained', stepsInWords),
    of(
      'backend',
      told(({ backend }) => backend.name),
    ),
  ];
}

function stepsInWords({ summary, history }: ComparedRun): string {
  const { lastStep } = history;
  return lastStep < summary.plannedSteps
    ? `${integer(lastStep)} of ${integer(summary.plannedSteps)}`
    : integer(lastStep);
}

/** Whether both were trained and evaluated on the same texts, cut and numbered in the same way as far as counts tell. */
function sameData(a: RunDescription, b: RunDescription): boolean {
  const keys = ['corpusHash', 'vocabSize', 'trainTokens', 'validTokens', 'unigramPerplexity'] as const;
  return keys.every((key) => Object.is(a[key], b[key]));
}

interface Evaluation {
  readonly step: number;
  readonly perplexity: number;
}

/** Evaluations whose perplexity is finite. */
export function evaluationsOf({ validStep, validCe }: History): Evaluation[] {
  return Array.from(validStep.values(), (step, index) => ({ step, perplexity: Math.exp(validCe.at(index)) })).filter(
    ({ perplexity }) => Number.isFinite(perplexity),
  );
}

/** Last and best validation perplexity, the last step at which both were evaluated, and how training went. */
export function resultRows(a: History, b: History): FactRow[] {
  const [one, other] = [evaluationsOf(a), evaluationsOf(b)];
  const [lastA, lastB] = [one.at(-1), other.at(-1)];
  const common = lastA?.step === lastB?.step ? undefined : lastCommon(one, other);
  return [
    perplexityRow('valid perplexity, last', lastA, lastB),
    ...(common ? [perplexityRow('last evaluated in both', ...common)] : []),
    perplexityRow('valid perplexity, best', best(one), best(other)),
    numberRow('training loss, smoothed', lastSmoothed(a), lastSmoothed(b), (value) => fixed(value, 3)),
    numberRow('gradient norm, median', median(a), median(b), (value) => significant(value)),
  ];
}

/** Each side's evaluation at the last step at which both were evaluated. */
function lastCommon(a: readonly Evaluation[], b: readonly Evaluation[]): [Evaluation, Evaluation] | undefined {
  for (const one of a.toReversed()) {
    const other = b.find(({ step }) => step === one.step);
    if (other) return [one, other];
  }
  return undefined;
}

function best(all: readonly Evaluation[]): Evaluation | undefined {
  return all.reduce<Evaluation | undefined>(
    (least, one) => (least && least.perplexity <= one.perplexity ? least : one),
    undefined,
  );
}

function perplexityRow(name: string, a: Evaluation | undefined, b: Evaluation | undefined): FactRow {
  const told = (one: Evaluation | undefined) =>
    one ? `${fixed(one.perplexity, 2)}, step ${integer(one.step)}` : 'not evaluated';
  return { name, a: told(a), b: told(b), difference: a && b ? against(a.perplexity, b.perplexity) : '' };
}

function numberRow(name: string, a: number, b: number, tell: (value: number) => string): FactRow {
  const told = (value: number) => (Number.isFinite(value) ? tell(value) : 'none');
  return { name, a: told(a), b: told(b), difference: Number.isFinite(a) && Number.isFinite(b) ? against(a, b) : '' };
}

/** "−8.5 %" */
function against(a: number, b: number): string {
  if (a === b) return '0';
  return `${b > a ? '+' : ''}${percent(b / a - 1)}`;
}

function lastSmoothed(history: History): number {
  return lossCurve(history, 'loss').smooth.at(-1)?.y ?? NaN;
}

function median(history: History): number {
  const norms = history.column('gradNorm').values().filter(Number.isFinite).sort();
  return norms[norms.length >> 1] ?? NaN;
}

/** Who came out lower, and by how much; "" before both were evaluated. */
export function outcomeInWords(a: ComparedRun, b: ComparedRun): string {
  const [one, other] = [evaluationsOf(a.history), evaluationsOf(b.history)];
  const pair = lastCommon(one, other);
  if (!pair)
    return one.length > 0 && other.length > 0 ? 'No step was evaluated in both.' : 'Not evaluated yet in both.';
  const [left, right] = pair;
  const at = `at step ${integer(left.step)}${lasts(one, other, left.step)}`;
  if (left.perplexity === right.perplexity) return `Both have valid perplexity ${fixed(left.perplexity, 2)} ${at}.`;
  const [lower, low, high] =
    left.perplexity < right.perplexity
      ? ['A', left.perplexity, right.perplexity]
      : ['B', right.perplexity, left.perplexity];
  return `${lower} is lower: valid perplexity ${fixed(low, 2)} against ${fixed(high, 2)} ${at}, ${percent(1 - low / high)} less.`;
}

/** Says when the step compared is not the last of both. */
function lasts(a: readonly Evaluation[], b: readonly Evaluation[], step: number): string {
  return a.at(-1)?.step === step && b.at(-1)?.step === step ? '' : ', the last at which both were evaluated';
}

/** How far a difference can be trusted: how many seeds of each config there are among all runs, and what they reached. */
export function cautionInWords(a: ComparedRun, b: ComparedRun, runs: readonly RunSummary[]): string {
  const { description: one } = a;
  const { description: other } = b;
  if (one && other && !sameData(one, other))
    return 'Another text, split or vocabulary: the two perplexities cannot be compared.';
  const [recipeA, recipeB] = [a.summary.recipe, b.summary.recipe];
  if (recipeA === '' || recipeB === '') return '';
  const [seedsA, seedsB] = [repeatsOf(a.summary, runs), repeatsOf(b.summary, runs)];
  if (recipeA === recipeB) {
    if (a.summary.seed === b.summary.seed)
      return 'Same config and seed: what differs comes from backend or length alone.';
    return `Only the seed differs, so this is what chance alone does; ${rangeInWords(seedsA)}.`;
  }
  if (seedsA.length <= 1 && seedsB.length <= 1)
    return 'One seed each (n = 1 and 1): the difference may be chance. Train both with other seeds to know.';
  return `n = ${seedsA.length} and ${seedsB.length} seeds: A’s config ${rangeInWords(seedsA)}, B’s ${rangeInWords(seedsB)}; ${overlapInWords(seedsA, seedsB)}.`;
}

/** Last valid perplexities of the runs that differ from it in nothing but the seed, one a seed, itself first. */
export function repeatsOf(run: RunSummary, runs: readonly RunSummary[]): number[] {
  const bySeed = new Map<number | null, number>();
  for (const { recipe, seed, validPerplexity } of [run, ...runs])
    if (recipe === run.recipe && validPerplexity !== null && !bySeed.has(seed)) bySeed.set(seed, validPerplexity);
  return [...bySeed.values()];
}

/** A seed that this run's config was not trained with yet: the other run's, so that both have it, else the next number. */
export function seedToTrain(run: RunSummary, other: RunSummary, runs: readonly RunSummary[]): number {
  const used = [run, ...runs].filter(({ recipe }) => recipe === run.recipe).map(({ seed }) => seed ?? 0);
  if (other.seed !== null && !used.includes(other.seed)) return other.seed;
  return Math.max(...used, other.seed ?? 0) + 1;
}

function rangeInWords(reached: readonly number[]): string {
  if (reached.length === 0) return 'not evaluated yet';
  const [low, high] = [Math.min(...reached), Math.max(...reached)];
  if (reached.length === 1) return `reached ${fixed(low, 2)}`;
  return `reached ${fixed(low, 2)} to ${fixed(high, 2)} with ${count(reached.length, 'seed')}`;
}

function overlapInWords(a: readonly number[], b: readonly number[]): string {
  const apart = Math.max(...a) < Math.min(...b) || Math.max(...b) < Math.min(...a);
  return apart ? 'the ranges lie apart' : 'the ranges overlap, so the difference may be chance';
}
