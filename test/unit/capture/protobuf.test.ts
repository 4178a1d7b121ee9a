import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtobufWriter } from '../../../src/engine/capture/graph/protobuf.ts';

const hex = (writer: ProtobufWriter): string => Buffer.from(writer.finish()).toString('hex');

test('messages are written as the format has them (examples of its documentation)', () => {
  assert.equal(hex(new ProtobufWriter().integer(1, 150)), '089601');
  assert.equal(hex(new ProtobufWriter().bytes(2, 'testing')), '120774657374696e67');
  assert.equal(hex(new ProtobufWriter().bytes(3, new ProtobufWriter().integer(1, 150))), '1a03089601');
  assert.equal(hex(new ProtobufWriter().integer(1, -2)), '08feffffffffffffffff01');
  assert.equal(hex(new ProtobufWriter().float(5, 1)), '2d0000803f');
  assert.equal(hex(new ProtobufWriter().double(1, 1)), '09000000000000f03f');
  assert.equal(hex(new ProtobufWriter().doubles(6, [1, -2])), '3210000000000000f03f00000000000000c0');
  assert.equal(hex(new ProtobufWriter().integer(16, 1)), '800101');
});
