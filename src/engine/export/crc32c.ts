/**
 * CRC-32C (Castagnoli), as iSCSI defines it (RFC 3720, section 12.1), and the masked form that TFRecord files keep: of bytes
 * that hold checksums themselves, a plain checksum could be trivial.
 */

/** The polynomial 0x1EDC6F41 with its bits reversed: bytes are taken low bit first. */
const REVERSED_POLYNOMIAL = 0x82f63b78;

/** The remainder of each byte. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? REVERSED_POLYNOMIAL : 0);
  return remainder;
});

/** From 0 to 2^32 - 1. */
export function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  // By index: an iterator over every byte of a large file takes several times as long.
  for (let at = 0; at < bytes.length; at++) crc = TABLE[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** TFRecord's mask: turned right by 15 bits, plus a constant of the format. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
