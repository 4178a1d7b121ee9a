/** Writes protocol buffers: just the wire types that a TensorFlow graph and TensorBoard's events need. */

const VARINT = 0;
const DOUBLE = 1;
const BYTES = 2;
const FLOAT = 5;

export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  /** An integer field; negative ones take ten bytes, as the format wants. */
  integer(field: number, value: number): this {
    this.#parts.push(varint(BigInt(field * 8 + VARINT)), varint(BigInt.asUintN(64, BigInt(value))));
    return this;
  }

  float(field: number, value: number): this {
    this.#parts.push(varint(BigInt(field * 8 + FLOAT)), new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  double(field: number, value: number): this {
    this.#parts.push(varint(BigInt(field * 8 + DOUBLE)), new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }

  /** A repeated field, packed. */
  doubles(field: number, values: readonly number[]): this {
    return this.bytes(field, new Uint8Array(Float64Array.from(values).buffer));
  }

  /** A string, bytes, or another message. */
  bytes(field: number, value: string | Uint8Array | ProtobufWriter): this {
    const bytes =
      typeof value === 'string' ? Buffer.from(value) : value instanceof ProtobufWriter ? value.finish() : value;
    this.#parts.push(varint(BigInt(field * 8 + BYTES)), varint(BigInt(bytes.length)), bytes);
    return this;
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

/** Seven bits a byte, low ones first; the top bit says that more follow. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
