/** The words of a breakpoint's condition: numbers, names and signs, each with its place. */
import { BadInput } from './failureCodes.ts';

export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  /** As written; "" at the end. */
  readonly text: string;
  /** Characters before it. */
  readonly at: number;
}

/** A condition that cannot be read: what is wrong, and where. */
export class ExpressionError extends BadInput {
  /** Characters before the place. */
  readonly at: number;

  constructor(source: string, at: number, what: string) {
    const where = at >= source.length ? 'at the end' : `at character ${at + 1}`;
    super(`breakpoint "${source}": ${where} ${what}`);
    this.name = 'ExpressionError';
    this.at = at;
  }
}

const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const NAME = /[a-z_]\w*/iy;
const SIGN = /&&|\|\||[<>=!]=|[<>!+\-*/%()]/y;
const MEANT: Readonly<Record<string, string>> = { '=': '==', '&': '&&', '|': '||', '×': '*', '≥': '>=', '≤': '<=' };

/** Throws an {@link ExpressionError} at a character that begins no word. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(source.charAt(at))) at++;
    if (at >= source.length) break;
    const token = tokenAt(source, at);
    tokens.push(token);
    at += token.text.length;
  }
  return [...tokens, { kind: 'end', text: '', at: source.length }];
}

function tokenAt(source: string, at: number): Token {
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['name', NAME],
    ['sign', SIGN],
  ] as const) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) return { kind, text, at };
  }
  const character = String.fromCodePoint(source.codePointAt(at)!);
  const meant = MEANT[character];
  throw new ExpressionError(
    source,
    at,
    `"${character}" means nothing${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
  );
}
