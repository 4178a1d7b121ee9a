/**
 * Whether a condition holds at a step. What cannot be known yet (a median of too few steps, a number that this step does
 * not have) is undefined, which is neither true nor false.
 */
import type { Arithmetic, Comparison, Condition, Term } from '../../shared/breakpointExpression.ts';
import type { StepLog, StepNumbers } from './stepNumbers.ts';

/** A step and those before it. */
export interface Moment {
  readonly step: StepNumbers;
  readonly log: StepLog;
}

/** Values that median, mean, min and max are of, and how many of them there must be. */
const WINDOW = 64;
const FEWEST = 8;

const calculate: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};
const compare: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

export function holds(condition: Condition, moment: Moment): boolean | undefined {
  switch (condition.kind) {
    case 'comparison': {
      const left = valueOf(condition.left, moment);
      // Looking back for nothing would take its time at every step that does not have the number.
      const right = left === undefined ? undefined : valueOf(condition.right, moment);
      return left === undefined || right === undefined ? undefined : compare[condition.sign](left, right);
    }
    case 'not': {
      const inner = holds(condition.of, moment);
      return inner === undefined ? undefined : !inner;
    }
    case 'and':
    case 'or': {
      // One side may decide without the other: false && anything, true || anything.
      const decisive = condition.kind === 'or';
      const [left, right] = [holds(condition.left, moment), holds(condition.right, moment)];
      if (left === decisive || right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
  }
}

export function valueOf(term: Term, moment: Moment): number | undefined {
  switch (term.kind) {
    case 'number':
      return term.value;
    case 'name':
      return moment.step.values[term.name];
    case 'negative': {
      const value = valueOf(term.of, moment);
      return value === undefined ? undefined : -value;
    }
    case 'arithmetic': {
      const [left, right] = [valueOf(term.left, moment), valueOf(term.right, moment)];
      return left === undefined || right === undefined ? undefined : calculate[term.sign](left, right);
    }
    case 'call': {
      if (term.name === 'abs') {
        const value = valueOf(term.of, moment);
        return value === undefined ? undefined : Math.abs(value);
      }
      if (term.name === 'previous') return lookBack(term.of, moment, 1).values[0];
      const { values } = lookBack(term.of, moment);
      return values.length < FEWEST ? undefined : summarise[term.name](values);
    }
  }
}

/** The latest finite values of `term` before this step, latest first, and over how many steps they go back. */
export function lookBack(term: Term, { log }: Moment, most = WINDOW): { values: number[]; steps: number } {
  const values: number[] = [];
  let steps = 0;
  while (values.length < most) {
    const step = log.before(steps + 1);
    if (!step) break;
    steps++;
    const value = valueOf(term, { step, log });
    if (value !== undefined && Number.isFinite(value)) values.push(value);
  }
  return { values, steps };
}

/** Of at least one value. */
const summarise: Readonly<Record<'median' | 'mean' | 'min' | 'max', (values: number[]) => number>> = {
  median: (values) => {
    const sorted = Float64Array.from(values).sort();
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  },
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};
