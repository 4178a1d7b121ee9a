import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluationCall } from '../../../src/engine/random/draws.ts';
import { fnv1a } from '../../../src/shared/fnv1a.ts';
import { philox4x32, philoxWords } from '../../../src/shared/philox.ts';

const ONES = 0xffffffff;

test('Philox4x32-10 gives the known answers published with Random123', () => {
  assert.deepEqual(philox4x32([0, 0, 0, 0], [0, 0]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  assert.deepEqual(
    philox4x32([ONES, ONES, ONES, ONES], [ONES, ONES]),
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  );
  assert.deepEqual(
    philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  );
});

test('a stream is the blocks of counter [block, 0, call, repeat] under key [seed, site], one after another', () => {
  fc.assert(
    fc.property(
      fc.nat(ONES),
      fc.nat(ONES),
      fc.nat(ONES),
      fc.integer({ min: 1, max: 40 }),
      (seed, site, call, count) => {
        const words = philoxWords(count, { seed, site, call, repeat: 0 });
        const blocks = Array.from({ length: 10 }, (_, block) => philox4x32([block, 0, call, 0], [seed, site])).flat();
        assert.deepEqual(Array.from(words), blocks.slice(0, count));
      },
    ),
  );
});

test('FNV-1a, 32 bit, gives the reference values', () => {
  assert.equal(fnv1a(''), 0x811c9dc5);
  assert.equal(fnv1a('a'), 0xe40c292c);
  assert.equal(fnv1a('foobar'), 0xbf9cf968);
});

test('calls of evaluation and what-if draws are out of reach of step numbers', () => {
  assert.equal(evaluationCall(0), 0x80000000);
  assert.equal(evaluationCall(5), 0x80000005);
});
