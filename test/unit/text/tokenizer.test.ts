/** Words, signs and characters of any script, and the way back to text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinTokens, tokenize } from '../../../src/engine/text/tokenizer.ts';

const words = (text: string) => tokenize(text, 'word').join(' ');

test('capitals become marks', () => {
  assert.equal(words('The NASA probe'), 'xxmaj the xxup nasa probe');
  assert.equal(words('I am A McDonald'), 'i am a mcdonald');
  assert.equal(words('ΣΟΦΟΣ Straße Ёлка'), 'xxup σοφος xxmaj straße xxmaj ёлка');
});

test('repeats become marks, numbers stay', () => {
  assert.equal(words('so cooool!!!'), 'so c xxrep 4 o l xxrep 3 !');
  assert.equal(words('ha ha ha ha end'), 'xxwrep 4 ha end');
  assert.equal(words('no no'), 'no no');
  assert.equal(words('1000 1,000.50'), '1000 1,000.50');
});

test('punctuation stands alone, but not inside words', () => {
  assert.equal(words("don't well-known (x), ``quoted''"), "don't well - known ( x ) , `` quoted ''");
  assert.equal(words('a\tb\r\n\n c'), 'a b c');
});

test('scripts without spaces give a token a character; marks stay with their letter', () => {
  assert.deepEqual(tokenize('我喜欢ひらがな', 'word'), ['我', '喜', '欢', 'ひ', 'ら', 'が', 'な']);
  assert.deepEqual(tokenize('สวัสดี', 'word'), ['ส', 'วั', 'ส', 'ดี']);
  assert.deepEqual(tokenize('मैं हिन्दी', 'word'), ['मैं', 'हिन्दी']);
  assert.deepEqual(tokenize('👨‍👩‍👧👍🏽', 'word'), ['👨‍👩‍👧', '👍🏽']);
});

test('a word longer than any line is one token, quickly', () => {
  assert.deepEqual(tokenize('ab'.repeat(500_000), 'word').length, 1);
  assert.deepEqual(tokenize('-'.repeat(1_000_000), 'word'), ['xxrep', '1000000', '-']);
});

test('joining gives text for people', () => {
  const text = "The NASA probe said (again): no, ``wow''!!!";
  assert.equal(joinTokens(tokenize(text, 'word'), 'word'), text);
  assert.equal(joinTokens(['xxbos', 'xxrep', '3', 'xxmaj', 'a', 'xxrep', '9'], 'word'), 'AAA');
});

test('characters are code points and join to the very same text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const tokens = tokenize(text, 'char');
      assert.ok(tokens.every((token) => [...token].length === 1));
      assert.equal(joinTokens(tokens, 'char'), text);
    }),
  );
});

test('no sign and no letter is lost: undoing marks and case gives the text without its spaces', () => {
  const undo = (tokens: string[]) => {
    let text = '';
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (token === 'xxmaj' || token === 'xxup') continue;
      if (token !== 'xxrep' && token !== 'xxwrep') {
        text += token;
        continue;
      }
      const times = Number(tokens[++i]);
      while (tokens[i + 1] === 'xxmaj' || tokens[i + 1] === 'xxup') i++;
      text += tokens[++i]!.repeat(times);
    }
    return text;
  };
  // Letters whose lower case depends on their neighbours are left out; repeated words may hold marks of their own.
  const unit = fc.constantFrom(...'abcXYZ019.,!-\'"我の é\t\n👍ั');
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
      const text = units.join('');
      const tokens = tokenize(text, 'word');
      if (tokens.includes('xxwrep')) return;
      assert.equal(undo(tokens), text.replaceAll(/\s/g, '').toLowerCase());
    }),
    { numRuns: 1000 },
  );
});
