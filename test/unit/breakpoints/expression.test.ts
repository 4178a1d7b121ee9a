// Conditions of breakpoints are read as written, and what cannot be read gets one sentence with its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultBreakpoints } from '../../../src/shared/breakpoint.ts';
import { numbersIn, readCondition, type Condition, type Term } from '../../../src/shared/breakpointExpression.ts';
import { breakpointNumbers, type NumberName } from '../../../src/shared/breakpointNumbers.ts';
import { ExpressionError } from '../../../src/shared/expressionTokens.ts';

test('the breakpoints that everyone starts with can be read, and only the one for numbers that are not finite is on', () => {
  for (const { when } of defaultBreakpoints) assert.equal(readCondition(when).text, when);
  assert.deepEqual(
    defaultBreakpoints.filter(({ enabled }) => enabled).map(({ when }) => when),
    ['non_finite > 0'],
  );
});

test('signs bind as everywhere: ! before *, then +, then comparisons, then &&, then ||', () => {
  const written = (condition: Condition | Term): string => {
    switch (condition.kind) {
      case 'number':
      case 'name':
        return condition.text;
      case 'call':
        return `${condition.name}(${written(condition.of)})`;
      case 'negative':
        return `(-${written(condition.of)})`;
      case 'not':
        return `(!${written(condition.of)})`;
      case 'and':
      case 'or':
        return `(${written(condition.left)} ${condition.kind} ${written(condition.right)})`;
      case 'arithmetic':
      case 'comparison':
        return `(${written(condition.left)} ${condition.sign} ${written(condition.right)})`;
    }
  };
  const cases = {
    'loss > 1 || ce > 2 && ar > 3': '((loss > 1) or ((ce > 2) and (ar > 3)))',
    '(loss > 1 || ce > 2) && ar > 3': '(((loss > 1) or (ce > 2)) and (ar > 3))',
    '!(loss > 1) && ce > 2': '((!(loss > 1)) and (ce > 2))',
    'loss > 1 + 2 * 3 - 4': '(loss > ((1 + (2 * 3)) - 4))',
    'loss > (1 + 2) * 3': '(loss > ((1 + 2) * 3))',
    '-loss < --1': '((-loss) < (-(-1)))',
    'grad_norm>1e1*median( grad_norm/2 )': '(grad_norm > (1e1 * median((grad_norm / 2))))',
    'step % 100 == 0': '((step % 100) == 0)',
  };
  for (const [source, meant] of Object.entries(cases)) assert.equal(written(readCondition(source)), meant, source);
});

test('what cannot be read is said in one sentence with its place', () => {
  const cases = {
    '': 'at the end a number or a name is missing',
    'loss >': 'at the end a number or a name is missing',
    'los > 3': 'at character 1 there is no number called "los" (did you mean loss?)',
    'loss > 3 && meadian(loss) > 2': 'at character 13 there is no function called "meadian" (did you mean median?)',
    'loss = 3': 'at character 6 "=" means nothing (did you mean ==?)',
    'loss > 3 and step > 2': 'at character 10 "and" is written &&',
    '1 < loss < 3': 'at character 10 a second comparison begins: join the two with && or ||',
    loss: 'at character 1 "loss" is a number: compare it with one, as in loss > 3',
    'loss > 3 || ce': 'at character 13 "ce" is a number: compare it with one, as in ce > 3',
    '(loss > 3) + 1 > 2': 'at character 1 "loss > 3" is true or false, and a number is expected',
    '(loss > 3': 'at the end the ")" of the "(" at character 1 is missing',
    'median loss > 3': 'at character 8 "(" is expected: median(grad_norm)',
    'max(median(loss)) > 2': 'at character 5 median looks back, and cannot stand inside max, which does so too',
    'loss > 3; process.exit()': 'at character 9 ";" means nothing',
  };
  for (const [source, sentence] of Object.entries(cases)) {
    assert.throws(() => readCondition(source), { message: `breakpoint "${source}": ${sentence}` }, source);
  }
});

test('any text is read or refused with a place in it, never more', () => {
  const words = fc.constantFrom(
    'loss',
    'median',
    '(',
    ')',
    '&&',
    '||',
    '!',
    '>',
    '<=',
    '*',
    '-',
    '3',
    '.5',
    ' ',
    '𝛼',
    '"',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 40 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(texts, (source) => {
      try {
        assert.equal(typeof readCondition(source).kind, 'string');
      } catch (error) {
        assert.ok(error instanceof ExpressionError, String(error));
        assert.ok(error.at >= 0 && error.at <= source.length);
      }
    }),
    { numRuns: 500 },
  );
});

test('what is nested or long without measure is refused, not run into the ground', () => {
  assert.throws(() => readCondition(`${'('.repeat(400)}loss`), /nested deeper than 50 levels/);
  assert.throws(() => readCondition(`loss > ${'-'.repeat(400)}1`), /nested deeper than 50 levels/);
  assert.throws(() => readCondition(`loss > ${'1 + '.repeat(1000)}1`), /longer than 500 characters/);
});

test('the numbers that a condition names', () => {
  const names = Object.keys(breakpointNumbers) as NumberName[];
  fc.assert(
    fc.property(fc.subarray(names, { minLength: 1 }), (some) => {
      const condition = some.map((name) => `!(${name} > abs(-3))`).join(' && ');
      fc.pre(condition.length <= 500);
      assert.deepEqual(numbersIn(readCondition(condition)), some);
    }),
  );
});
