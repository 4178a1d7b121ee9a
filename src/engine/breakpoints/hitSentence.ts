/**
 * Why a breakpoint was hit, in words with numbers: "gradient norm 8.31 is 12.4 times the median of the last 64 steps (0.67)".
 * What has no words of its own is given as it was written, with the numbers it names.
 */
import { numbersIn, type Comparison, type Condition, type Term } from '../../shared/breakpointExpression.ts';
import { breakpointNumbers, type NumberName } from '../../shared/breakpointNumbers.ts';
import { holds, lookBack, valueOf, type Moment } from './evaluate.ts';

/** Of a condition that holds. */
export function hitSentence(condition: Condition, moment: Moment): string {
  switch (condition.kind) {
    case 'comparison':
      return comparisonInWords(condition, moment);
    case 'and': {
      // Which step it is stands before the sentence.
      const parts = [condition.left, condition.right];
      const telling = parts.filter((part) => numbersIn(part).some((name) => name !== 'step'));
      return (telling.length > 0 ? telling : parts).map((part) => hitSentence(part, moment)).join(' and ');
    }
    case 'or': {
      const { left, right } = condition;
      return hitSentence(holds(left, moment) === true ? left : right, moment);
    }
    case 'not':
      return `${condition.text} (${namedIn(condition, moment)})`;
  }
}

type ComparisonOf = Extract<Condition, { kind: 'comparison' }>;

const SIGNS: Readonly<Record<Comparison, string>> = {
  '<': 'is below',
  '>': 'is above',
  '<=': 'is at most',
  '>=': 'is at least',
  '==': 'is',
  '!=': 'is not',
};

function comparisonInWords({ sign, left, right }: ComparisonOf, moment: Moment): string {
  if (sign === '==' && left.kind === 'name' && left.name === 'step') return 'this step was asked for';
  if (left.kind !== 'name') return `${inWords(left, moment)} ${SIGNS[sign]} ${inWords(right, moment)}`;
  const value = moment.step.values[left.name]!;
  const back = sign === '>' ? lookedBackAt(right) : null;
  const subject = nameInWords(left.name, moment);
  if (left.name === 'non_finite') return `${value} numbers of the loss and the gradients are not finite`;
  if (back?.of.text === left.text && back.name === 'previous') {
    return `${subjectOf(left.name, '', moment)} grew from ${amount(left.name, valueOf(back, moment)!)} to ${amount(left.name, value)}`;
  }
  const typical = back && valueOf(back, moment);
  if (back?.of.text === left.text && typical && typical > 0 && value > typical) {
    return `${subject} is ${number(value / typical)} times ${windowInWords(back, moment)}`;
  }
  return `${subject} ${SIGNS[sign]} ${right.kind === 'number' ? right.text : inWords(right, moment)}`;
}

type Call = Extract<Term, { kind: 'call' }>;

/** `K * median(X)`, `median(X) + K` and the like: the only call in it that looks back. */
function lookedBackAt(term: Term): Call | null {
  if (term.kind === 'call') return term.name === 'abs' ? null : term;
  if (term.kind !== 'arithmetic') return null;
  const { left, right } = term;
  return right.kind === 'number' ? lookedBackAt(left) : left.kind === 'number' ? lookedBackAt(right) : null;
}

function inWords(term: Term, moment: Moment): string {
  if (term.kind === 'number') return term.text;
  if (term.kind === 'name') return nameInWords(term.name, moment);
  if (term.kind === 'call' && term.name !== 'abs') return windowInWords(term, moment);
  return `${term.text} (${number(valueOf(term, moment)!)})`;
}

/** "the median of the last 64 steps (0.67)". */
function windowInWords(call: Call, moment: Moment): string {
  const value = number(valueOf(call, moment)!);
  if (call.name === 'previous') return `${call.text} (${value})`;
  const { values, steps } = lookBack(call.of, moment);
  const what = call.name === 'min' ? 'least' : call.name === 'max' ? 'largest' : call.name;
  return `the ${what} of the last ${values.length} ${values.length === steps ? 'steps' : 'values'} (${value})`;
}

/** "gradient norm 8.31", and whose number it is where it is one of many. */
function nameInWords(name: NumberName, moment: Moment): string {
  return subjectOf(name, ` ${amount(name, moment.step.values[name]!)}`, moment);
}

function subjectOf(name: NumberName, value: string, { step }: Moment): string {
  const whose = step.names[name];
  return `${breakpointNumbers[name].phrase}${value}${whose === undefined ? '' : ` of ${whose}`}`;
}

/** The numbers that a condition names and this step has. */
function namedIn(condition: Condition, moment: Moment): string {
  const names = [...new Set(numbersIn(condition))].filter((name) => moment.step.values[name] !== undefined);
  return names.map((name) => nameInWords(name, moment)).join(', ');
}

function amount(name: NumberName, value: number): string {
  return name === 'raw_zeros' ? `${number(100 * value)} %` : number(value);
}

/** Three digits, and whole numbers whole. */
function number(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}
