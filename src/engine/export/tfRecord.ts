/** TFRecord framing, in which TensorBoard's event files hold one message after another. */
import { maskedCrc32c } from './crc32c.ts';

const LENGTH_BYTES = 8;
const CRC_BYTES = 4;

/** The record with its frame: uint64 length, its checksum, the data, the data's checksum; integers low byte first. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(LENGTH_BYTES + CRC_BYTES + data.length + CRC_BYTES);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(LENGTH_BYTES, maskedCrc32c(framed.subarray(0, LENGTH_BYTES)), true);
  framed.set(data, LENGTH_BYTES + CRC_BYTES);
  view.setUint32(framed.length - CRC_BYTES, maskedCrc32c(data), true);
  return framed;
}
