/** The two ways to cut text into tokens, and the way back from tokens to text that people can read. */
import { specialTokens } from './specialTokens.ts';
import { wordTokens } from './wordTokens.ts';

export type TokenizerKind = 'word' | 'char';

/** Cuts text and hands every token to `emit`. */
export type Tokenizer = (text: string, emit: (token: string) => void) => void;

/** A tokeniser with a memory of its own; use one for a whole corpus. */
export function createTokenizer(kind: TokenizerKind): Tokenizer {
  if (kind === 'char') return characterTokens;
  const known = new Map<string, readonly string[]>();
  return (text, emit) => wordTokens(text, emit, known);
}

/** One token for each code point, so that no character outside the first plane is cut in two. */
function characterTokens(text: string, emit: (token: string) => void): void {
  for (const character of text) emit(character);
}

/** All tokens of a short text. */
export function tokenize(text: string, kind: TokenizerKind): string[] {
  const tokens: string[] = [];
  createTokenizer(kind)(text, (token) => tokens.push(token));
  return tokens;
}

const noSpaceBefore = /^[.,:;!?)\]}%’”…]+$|^''$/u;
const noSpaceAfter = /^[([{“‘]$|^``$/u;

/**
 * Text for people: capitals and repeats as the special tokens say, spaces as in print. Characters join exactly; for
 * words what the tokeniser dropped (line ends, spaces, mixed case) stays lost.
 */
export function joinTokens(tokens: readonly string[], kind: TokenizerKind): string {
  if (kind === 'char') return tokens.filter((token) => token !== 'xxbos' && token !== 'xxpad').join('');
  let text = '';
  let glue = true;
  for (let i = 0; i < tokens.length; i++) {
    const { word, used } = readWord(tokens, i);
    i += used - 1;
    if (word === '') continue;
    text += glue || noSpaceBefore.test(word) ? word : ` ${word}`;
    glue = noSpaceAfter.test(word);
  }
  return text;
}

const silent = new Set<string>(specialTokens.filter((token) => token !== 'xxunk'));
const mostRepeats = 100;

/** The word that begins at `at` with what its marks do to it, and how many tokens that took. */
function readWord(tokens: readonly string[], at: number): { word: string; used: number } {
  const token = tokens[at]!;
  const next = tokens[at + 1];
  if (next !== undefined && (token === 'xxmaj' || token === 'xxup') && !silent.has(next)) {
    const word = token === 'xxup' ? next.toUpperCase() : capitalised(next);
    return { word, used: 2 };
  }
  // A model may write nonsense here; then the marks are passed over.
  if ((token === 'xxrep' || token === 'xxwrep') && next !== undefined && /^\d{1,4}$/.test(next)) {
    const times = Math.min(Number(next), mostRepeats);
    if (at + 2 >= tokens.length) return { word: '', used: 2 };
    const { word, used } = readWord(tokens, at + 2);
    return { word: Array.from({ length: times }, () => word).join(token === 'xxrep' ? '' : ' '), used: used + 2 };
  }
  return { word: silent.has(token) ? '' : token, used: 1 };
}

function capitalised(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}
