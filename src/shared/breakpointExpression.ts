/**
 * Reads the condition of a breakpoint, for example `grad_norm > 3 * median(grad_norm) && step > 100`: numbers of a training
 * step, arithmetic, comparisons, && || !. Nothing is ever run as code; what cannot be read gets one sentence with its place.
 */
import {
  breakpointFunctions,
  breakpointNumbers,
  isFunctionName,
  isNumberName,
  type FunctionName,
  type NumberName,
} from './breakpointNumbers.ts';
import { didYouMean } from './didYouMean.ts';
import { ExpressionError, tokensOf, type Token } from './expressionTokens.ts';

/** What has a number as its value. */
export type Term = { readonly text: string } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: NumberName }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly of: Term }
  | { readonly kind: 'negative'; readonly of: Term }
  | { readonly kind: 'arithmetic'; readonly sign: Arithmetic; readonly left: Term; readonly right: Term }
);
/** What is true or not. */
export type Condition = { readonly text: string } & (
  | { readonly kind: 'comparison'; readonly sign: Comparison; readonly left: Term; readonly right: Term }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
);
export type Arithmetic = '+' | '-' | '*' | '/' | '%';
export type Comparison = '<' | '>' | '<=' | '>=' | '==' | '!=';
type Expression = Term | Condition;

/** Far beyond what anyone writes, and far below what a stack of calls takes. */
const LONGEST = 500;
const DEEPEST = 50;

/** Throws an {@link ExpressionError}. */
export function readCondition(source: string): Condition {
  return new Reader(source).condition();
}

/** Every number that the condition names. */
export function numbersIn(expression: Expression): NumberName[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'name':
      return [expression.name];
    case 'call':
    case 'negative':
    case 'not':
      return numbersIn(expression.of);
    case 'arithmetic':
    case 'comparison':
    case 'and':
    case 'or':
      return [...numbersIn(expression.left), ...numbersIn(expression.right)];
  }
}

class Reader {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  /** The function that looks back and is being read. */
  #within = '';

  constructor(source: string) {
    this.#source = source;
    if (source.length > LONGEST) this.#fail(LONGEST, `it is longer than ${LONGEST} characters`);
    this.#tokens = tokensOf(source);
  }

  condition(): Condition {
    const at = this.#here.at;
    const read = this.#truth(this.#or(), at);
    if (this.#here.kind !== 'end') this.#unexpected('"&&", "||" or the end');
    return read;
  }

  #or(): Expression {
    const at = this.#here.at;
    let left = this.#and();
    while (this.#take('||')) {
      const next = this.#here.at;
      const right = this.#truth(this.#and(), next);
      left = { kind: 'or', left: this.#truth(left, at), right, text: this.#since(at) };
    }
    return left;
  }

  #and(): Expression {
    const at = this.#here.at;
    let left = this.#not();
    while (this.#take('&&')) {
      const next = this.#here.at;
      const right = this.#truth(this.#not(), next);
      left = { kind: 'and', left: this.#truth(left, at), right, text: this.#since(at) };
    }
    return left;
  }

  #not(): Expression {
    const at = this.#here.at;
    if (!this.#take('!')) return this.#comparison();
    return this.#deeper(() => {
      const next = this.#here.at;
      return { kind: 'not', of: this.#truth(this.#not(), next), text: this.#since(at) };
    });
  }

  #comparison(): Expression {
    const at = this.#here.at;
    const left = this.#sum();
    const sign = this.#take('<', '>', '<=', '>=', '==', '!=') as Comparison | undefined;
    if (sign === undefined) return left;
    const next = this.#here.at;
    const right = this.#number(this.#sum(), next);
    if (['<', '>', '<=', '>=', '==', '!='].includes(this.#here.text)) {
      this.#fail(this.#here.at, 'a second comparison begins: join the two with && or ||');
    }
    return { kind: 'comparison', sign, left: this.#number(left, at), right, text: this.#since(at) };
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): Expression {
    return this.#chain(['*', '/', '%'], () => this.#signed());
  }

  #chain(signs: readonly Arithmetic[], part: () => Expression): Expression {
    const at = this.#here.at;
    let left = part();
    for (;;) {
      const sign = this.#take(...signs) as Arithmetic | undefined;
      if (sign === undefined) return left;
      const next = this.#here.at;
      const right = this.#number(part(), next);
      left = { kind: 'arithmetic', sign, left: this.#number(left, at), right, text: this.#since(at) };
    }
  }

  #signed(): Expression {
    const at = this.#here.at;
    if (!this.#take('-')) return this.#single();
    return this.#deeper(() => {
      const next = this.#here.at;
      return { kind: 'negative', of: this.#number(this.#signed(), next), text: this.#since(at) };
    });
  }

  #single(): Expression {
    const token = this.#here;
    if (token.kind === 'number') {
      this.#next++;
      return { kind: 'number', value: Number(token.text), text: token.text };
    }
    if (token.kind === 'name') return this.#named(token);
    if (!this.#take('(')) return this.#unexpected('a number or a name');
    const inside = this.#deeper(() => this.#or());
    this.#close(token);
    return inside;
  }

  #named(token: Token): Expression {
    this.#next++;
    const { text: name, at } = token;
    if (isNumberName(name)) return { kind: 'name', name, text: name };
    if (!isFunctionName(name)) return this.#unknown(token);
    const bracket = this.#here;
    if (!this.#take('(')) this.#fail(bracket.at, `"(" is expected: ${name}(${name === 'abs' ? 'ar' : 'grad_norm'})`);
    const looksBack = name !== 'abs';
    if (looksBack && this.#within !== '') {
      this.#fail(at, `${name} looks back, and cannot stand inside ${this.#within}, which does so too`);
    }
    const before = this.#within;
    if (looksBack) this.#within = name;
    const next = this.#here.at;
    const of = this.#number(
      this.#deeper(() => this.#or()),
      next,
    );
    this.#within = before;
    this.#close(bracket);
    return { kind: 'call', name, of, text: this.#since(at) };
  }

  #unknown({ text, at }: Token): never {
    this.#refuseWord(text, at);
    const call = this.#here.text === '(';
    const known = Object.keys(call ? breakpointFunctions : breakpointNumbers);
    const meant = didYouMean(text, known);
    const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
    this.#fail(at, `there is no ${call ? 'function' : 'number'} called "${text}" (${hint})`);
  }

  #close(open: Token): void {
    if (!this.#take(')')) this.#unexpected(`the ")" of the "(" at character ${open.at + 1}`);
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) this.#fail(this.#here.at, `it is nested deeper than ${DEEPEST} levels`);
    const found = read();
    this.#depth--;
    return found;
  }

  #truth(expression: Expression, at: number): Condition {
    if (isCondition(expression)) return expression;
    return this.#fail(at, `"${expression.text}" is a number: compare it with one, as in ${expression.text} > 3`);
  }

  #number(expression: Expression, at: number): Term {
    if (!isCondition(expression)) return expression;
    return this.#fail(at, `"${expression.text}" is true or false, and a number is expected`);
  }

  #take(...signs: readonly string[]): string | undefined {
    const { kind, text } = this.#here;
    if (kind !== 'sign' || !signs.includes(text)) return undefined;
    this.#next++;
    return text;
  }

  #unexpected(wanted: string): never {
    const { kind, text, at } = this.#here;
    this.#refuseWord(text, at);
    this.#fail(at, kind === 'end' ? `${wanted} is missing` : `${wanted} is expected, not "${text}"`);
  }

  /** As Python writes them. */
  #refuseWord(text: string, at: number): void {
    const sign = { and: '&&', or: '||', not: '!' }[text.toLowerCase()];
    if (sign !== undefined) this.#fail(at, `"${text}" is written ${sign}`);
  }

  #fail(at: number, what: string): never {
    throw new ExpressionError(this.#source, at, what);
  }

  /** What was read since `at`, as written. */
  #since(at: number): string {
    const last = this.#tokens[this.#next - 1]!;
    return this.#source.slice(at, last.at + last.text.length);
  }

  get #here(): Token {
    return this.#tokens[this.#next]!;
  }
}

function isCondition(expression: Expression): expression is Condition {
  return ['comparison', 'and', 'or', 'not'].includes(expression.kind);
}
