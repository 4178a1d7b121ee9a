// Frames, by the bytes, and against a reader that has its own idea of checksums.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tfRecord } from '../../../src/engine/export/tfRecord.ts';
import { frames } from './eventReader.ts';

test('a record is its length, the checksum of that, the data, the checksum of the data', () => {
  const framed = Buffer.from(tfRecord(Buffer.from('abc')));
  assert.equal(framed.length, 8 + 4 + 3 + 4);
  assert.equal(framed.subarray(0, 8).toString('hex'), '0300000000000000');
  assert.equal(framed.subarray(12, 15).toString(), 'abc');
  // An empty record has the mask alone for its data.
  assert.equal(Buffer.from(tfRecord(new Uint8Array())).subarray(12).toString('hex'), 'd8ea82a2');
});

test('records come back, one after another', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (records) => {
      const read = frames(Buffer.concat(records.map(tfRecord)));
      assert.deepEqual(
        read.map((data) => [...data]),
        records.map((data) => [...data]),
      );
    }),
  );
});

test('a byte that changes is noticed', () => {
  const framed = tfRecord(Buffer.from('what was measured'));
  for (const at of [8, 15, framed.length - 1]) {
    const changed = framed.slice();
    changed[at]! ^= 4;
    assert.throws(() => frames(changed), /of the record at 0/);
  }
});
