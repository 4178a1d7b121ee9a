/**
 * Cuts text into words and signs, with rules like fastai's: everything lower case, with xxmaj before a word that began
 * with a capital and xxup before one all in capitals; "xxrep n c" for a sign or letter three times or more in a row,
 * "xxwrep n w" for a word. Whitespace only separates. Written with Unicode properties, for any script; scripts that
 * leave no space between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) give one token a character.
 */

const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const letter = String.raw`[[\p{L}\p{N}]--[${unspaced}]]`;
/** don't, 1,000.5: a sign inside a word or number belongs to it. Joiners keep Indic and Persian words whole. */
const inside = String.raw`\p{M}|[\u200c\u200d]|['’](?=\p{L})|(?<=\p{N})[.,](?=\p{N})`;

/** One word; or a run of one and the same sign or character. */
const scanner = new RegExp(
  String.raw`(?<word>${letter}(?:${letter}|${inside})*)|(?<unit>[[${unspaced}]&&\p{L}]\p{M}*|\p{RGI_Emoji}|\S)\k<unit>*`,
  'gv',
);

/** A letter three times or more; digits are left as they are, 1000 is a number. */
const repeatedLetter = /(\p{L})\1{2,}/gu;

/** Signs that are one token when doubled, as in typewriter quotes. */
const pairs = new Set(['``', "''", '--']);

/** The tokens of a text, given to `emit` in order. `known` may be kept between calls: it remembers how words expand. */
export function wordTokens(
  text: string,
  emit: (token: string) => void,
  known = new Map<string, readonly string[]>(),
): void {
  let word = '';
  let count = 0;
  const flush = () => {
    if (count === 0) return;
    const expanded = remember(known, word, expandWord);
    const times = count < 3 ? count : 1;
    if (count >= 3) ['xxwrep', String(count)].forEach(emit);
    for (let i = 0; i < times; i++) expanded.forEach(emit);
    count = 0;
  };
  for (const { 0: found, groups } of text.matchAll(scanner)) {
    if (groups?.['word'] === undefined) {
      flush();
      const unit = groups!['unit']!;
      remember(known, found, () => expandRun(found, unit)).forEach(emit);
    } else if (found === word) {
      count++;
    } else {
      flush();
      [word, count] = [found, 1];
    }
  }
  flush();
}

/** Most texts repeat few words; the memory is emptied before a text of unique ones fills it. */
function remember(
  known: Map<string, readonly string[]>,
  found: string,
  expand: (found: string) => readonly string[],
): readonly string[] {
  const before = known.get(found);
  if (before !== undefined) return before;
  if (known.size > 500_000) known.clear();
  const tokens = expand(found);
  known.set(found, tokens);
  return tokens;
}

function expandRun(run: string, unit: string): string[] {
  const times = run.length / unit.length;
  if (times >= 3) return ['xxrep', String(times), unit];
  return pairs.has(run) ? [run] : Array.from({ length: times }, () => unit);
}

function expandWord(word: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  for (const { 0: run, 1: one, index } of word.matchAll(repeatedLetter)) {
    if (index > end) tokens.push(...withCase(word.slice(end, index)));
    tokens.push('xxrep', String(run.length / one!.length), ...withCase(one!));
    end = index + run.length;
  }
  if (end < word.length) tokens.push(...withCase(word.slice(end)));
  return tokens;
}

/** A capital alone ("I", "A") gets no mark, as in fastai; mixed case ("McDonald") is only lowered. */
function withCase(word: string): string[] {
  const lower = word.toLowerCase();
  if (lower === word) return [word];
  const [first = ''] = word;
  const rest = word.slice(first.length);
  if (!/\p{L}/u.test(rest) || first === first.toLowerCase()) return [lower];
  if (word === word.toUpperCase()) return ['xxup', lower];
  return rest === rest.toLowerCase() ? ['xxmaj', lower] : [lower];
}
