import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planMemory } from '../../../src/engine/capture/jobs/memoryPlan.ts';

const lifetime = fc
  .record({ bytes: fc.nat(5000), first: fc.nat(30), length: fc.nat(10) })
  .map(({ bytes, first, length }) => ({ bytes, first, last: first + length }));

test('pieces that are needed at the same time never overlap, and lie on cache lines', () => {
  fc.assert(
    fc.property(fc.array(lifetime, { maxLength: 40 }), (pieces) => {
      const { offsets, bytes } = planMemory(pieces);
      for (const [one, a] of pieces.entries()) {
        assert.equal(offsets[one]! % 64, 0);
        assert.ok(offsets[one]! + a.bytes <= bytes);
        for (const [other, b] of pieces.entries()) {
          if (one >= other || a.last < b.first || b.last < a.first || a.bytes === 0 || b.bytes === 0) continue;
          const apart = offsets[one]! + a.bytes <= offsets[other]! || offsets[other]! + b.bytes <= offsets[one]!;
          assert.ok(apart, `pieces ${one} and ${other} overlap`);
        }
      }
    }),
  );
});

test('pieces that follow each other share one place', () => {
  const pieces = [0, 1, 2, 3].map((at) => ({ bytes: 640, first: 2 * at, last: 2 * at + 1 }));
  assert.deepEqual(planMemory(pieces), { offsets: [0, 0, 0, 0], bytes: 640 });
});
