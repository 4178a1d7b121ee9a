// CRC-32C against the vectors of RFC 3720 (B.4) and the check value of the polynomial's catalogue.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c, maskedCrc32c } from '../../../src/engine/export/crc32c.ts';

const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);

test('the vectors of RFC 3720', () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  assert.equal(crc32c(ascending), 0x46dd794e);
  assert.equal(crc32c(ascending.toReversed()), 0x113fdb5c);
  const readCommand =
    '01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 28000000 00000000 02000000 00000000';
  assert.equal(crc32c(Buffer.from(readCommand.replaceAll(' ', ''), 'hex')), 0xd9963a56);
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  assert.equal(crc32c(new Uint8Array()), 0);
});

test('the mask turns by 15 bits and adds its constant', () => {
  assert.equal(maskedCrc32c(new Uint8Array()), 0xa282ead8);
  // 0x8a9136aa turned right by 15 bits is 0x6d551522; the sum has its carry cut off.
  assert.equal(maskedCrc32c(new Uint8Array(32)), (0x6d551522 + 0xa282ead8) % 2 ** 32);
});
