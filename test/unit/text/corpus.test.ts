/** Whole corpora: finding and reading files, tags, vocabulary, the validation split, and what is refused. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { withoutTags } from '../../../src/engine/text/brownTags.ts';
import { type CorpusRequest, loadCorpus } from '../../../src/engine/text/corpus.ts';
import { specialTokens } from '../../../src/engine/text/specialTokens.ts';
import { decodeText } from '../../../src/engine/text/textFile.ts';
import { unigramPerplexity } from '../../../src/engine/text/unigramPerplexity.ts';
import { readVocabulary, Vocabulary } from '../../../src/engine/text/vocabulary.ts';

const base = mkdtempSync(join(tmpdir(), 'dropscope-text-'));
after(() => rmSync(base, { recursive: true, force: true }));

const put = (name: string, content: string | Uint8Array) => {
  mkdirSync(join(base, name, '..'), { recursive: true });
  writeFileSync(join(base, name), content);
  return name;
};
const config = { tokenizer: 'word', max_vocab: 60_000, min_freq: 1, valid_fraction: 0.25 } as const;
const load = (entries: string[], more: Partial<CorpusRequest> = {}) => loadCorpus({ entries, base, config, ...more });
const refuses = (entries: string[], pattern: RegExp) =>
  assert.rejects(load(entries), (error: Error) => {
    assert.equal(error.name, 'CorpusError');
    assert.match(error.message, pattern);
    assert.equal(error.message.split('\n').length, 1);
    return true;
  });

test('each file is one document begun by xxbos; its end is kept for validation', async () => {
  const corpus = await load([put('a.txt', 'a b c d e f g'), put('b.txt', '\uFEFFa a\r\nb')]);
  const { vocabulary, documents } = corpus;
  assert.deepEqual(vocabulary.tokens, [...specialTokens, 'a', 'b', 'c', 'd', 'e', 'f', 'g']);
  const text = (ids: Int32Array) => vocabulary.denumericalise(ids).join(' ');
  assert.deepEqual(
    documents.map(({ train, valid }) => [text(train), text(valid)]),
    [
      ['xxbos a b c d e', 'f g'],
      ['xxbos a a', 'b'],
    ],
  );
  assert.deepEqual([corpus.trainTokens, corpus.validTokens], [9, 3]);
  assert.equal(documents[0]?.sha256.length, 64);
  assert.deepEqual([documents[0]?.bytes, documents[1]?.bytes], [13, 9]);
});

test('folders, globs and repeated names give every file once, in the order of names', async () => {
  for (const name of ['in/c2', 'in/c1', 'in/.hidden', 'in/deep/c0', 'in/run.json']) put(name, 'some words here');
  put('in/picture', Uint8Array.of(1, 0, 2));
  const { documents, skipped } = await load(['in/c2', 'in', 'in/c*']);
  assert.deepEqual(
    documents.map(({ name }) => name),
    ['in/c2', 'in/c1', 'in/deep/c0'].map((name) => join(base, name)),
  );
  assert.equal(skipped.length, 1);
  assert.match(skipped[0]!, /picture: this is binary data/);
});

test('a file whose name looks like a glob is that file', async () => {
  const { documents } = await load([put('notes [1].txt', 'x y z')]);
  assert.equal(documents[0]?.name, join(base, 'notes [1].txt'));
});

test('unusable corpora get one sentence', async () => {
  await refuses([], /no corpus was given/);
  await refuses(['missing.txt'], /missing\.txt: there is no such file/);
  await refuses(['missing*.txt'], /no file matches/);
  await refuses([put('empty.txt', '\uFEFF \n')], /empty\.txt: the file is empty/);
  await refuses([put('binary', Uint8Array.of(65, 0, 66))], /binary: this is binary data/);
  await refuses([put('latin1.txt', Uint8Array.of(97, 10, 98, 10, 0xe9, 10))], /line 3 is not valid UTF-8/);
  await refuses([put('wide.txt', Uint8Array.of(0xff, 0xfe, 65, 0))], /UTF-16; save it as UTF-8/);
  mkdirSync(join(base, 'nothing'));
  await refuses(['nothing'], /no text files in this folder/);
  put('bad/only', Uint8Array.of(0));
  await refuses(['bad'], /no file of the corpus is usable: .*binary/);
});

test('a tagged file is read as plain words and says so', async () => {
  const line = "The/at jury/nn said/vbd ``/`` no/at more/ap ''/'' of/in 1/2/cd Atlanta's/np$ ./.\n\n";
  const { documents, vocabulary } = await load([put('ca01', line.repeat(4))]);
  assert.equal(documents[0]?.tagsStripped, true);
  const text = vocabulary.denumericalise(documents[0].train).slice(0, 16).join(' ');
  assert.equal(text, "xxbos xxmaj the jury said `` no more '' of 1 / 2 xxmaj atlanta's .");
  assert.equal(withoutTags('and/or '.repeat(5)), undefined);
  assert.equal(withoutTags(`${line.repeat(4)} plain`), undefined);
  assert.equal(
    withoutTags(
      Array.from({ length: 40 }, (_, i) => `src/${'abcdefghij'[i % 10]}${'klmn'[i % 4]}${'x'.repeat(i % 7)}`).join(' '),
    ),
    undefined,
  );
});

test('texts that are no files, and a vocabulary that exists already', async () => {
  const vocabulary = new Vocabulary([...specialTokens, 'b', 'a']);
  const corpus = await load([], { documents: [{ name: 'selection', text: 'a b c a' }], vocabulary });
  assert.deepEqual([...corpus.documents[0]!.train, ...corpus.documents[0]!.valid], [2, 10, 9, 0, 10]);
  await assert.rejects(load([], { documents: [{ name: 'selection', text: ' ' }] }), /selection: the file is empty/);
});

test('the vocabulary: by frequency, ties by first occurrence, cut by max_vocab and min_freq', async () => {
  const text = put('counts.txt', 'd c b b d a a d x');
  const tokensWith = async (more: object) =>
    (await load([text], { config: { ...config, ...more } })).vocabulary.tokens.slice(specialTokens.length);
  assert.deepEqual(await tokensWith({}), ['d', 'b', 'a', 'c', 'x']);
  assert.deepEqual(await tokensWith({ min_freq: 2 }), ['d', 'b', 'a']);
  assert.deepEqual(await tokensWith({ max_vocab: 11 }), ['d', 'b']);
});

test('one huge line of characters, and abortion between pieces', async () => {
  const text = 'word '.repeat(240_000);
  const name = put('huge.txt', text);
  const { trainTokens, validTokens } = await load([name], { config: { ...config, tokenizer: 'char' } });
  assert.equal(trainTokens + validTokens, text.length + 1);
  await assert.rejects(load([name], { signal: AbortSignal.abort(new Error('stopped')) }), /stopped/);
});

test('a long line without any space is cut between characters, never inside one', async () => {
  const text = `x${'👍我'.repeat(500_000)}`;
  const documents = [{ name: 'line', text }];
  const { vocabulary, trainTokens } = await load([], {
    documents,
    config: { ...config, tokenizer: 'char', valid_fraction: 0 },
  });
  assert.deepEqual(vocabulary.tokens.slice(specialTokens.length), ['👍', '我', 'x']);
  assert.equal(trainTokens, 1_000_002);
});

test('any bytes end in text or in a sentence', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        assert.doesNotMatch(decodeText(bytes, 'file'), /\r|^\uFEFF$/);
      } catch (error) {
        assert.match((error as Error).message, /^file: /);
        assert.equal((error as Error).name, 'CorpusError');
      }
    }),
    { numRuns: 2000 },
  );
});

test('vocab.json is checked when it is read', () => {
  assert.equal(readVocabulary([...specialTokens, 'a'], 'v').size, 10);
  assert.throws(() => readVocabulary({}, 'v'), /v: this is not an array/);
  assert.throws(() => readVocabulary(['a'], 'v'), /entry 0 is not xxunk/);
  assert.throws(() => readVocabulary([...specialTokens, 'a', 'a'], 'v'), /twice/);
  assert.throws(() => readVocabulary([...specialTokens, 1], 'v'), /entry 9 is not a text/);
});

test('unigram perplexity: uniform text gives its number of words, with one occurrence added to each', () => {
  assert.ok(Math.abs(unigramPerplexity([Int32Array.of(0, 1, 2, 3)], [Int32Array.of(0, 1, 2, 3)], 4) - 4) < 1e-12);
  // Counts 3 and 1 plus one each: p = 4/6 and 2/6.
  const expected = Math.exp(-(Math.log(4 / 6) + Math.log(2 / 6)) / 2);
  assert.ok(Math.abs(unigramPerplexity([Int32Array.of(0, 0, 0, 1)], [Int32Array.of(0, 1)], 2) - expected) < 1e-12);
});
