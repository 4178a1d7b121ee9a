/**
 * The types of numbers that weight files hold, under safetensors' names, and their way to float32: what Dropscope
 * computes with and shows. Files are little-endian, and so is every machine that Node runs on here.
 */

/** `weights` says whether a learned weight may have this type; the others are counters and flags. */
interface ElementKind {
  readonly bytes: number;
  readonly weights: boolean;
  /** The values of `bytes`, which begin at a multiple of 8 in their buffer. float64 and integers are rounded to float32. */
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => Float32Array<ArrayBuffer>;
}

type Numbers = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayLike<number>;
type BigNumbers = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayLike<bigint>;

const numbers = (View: Numbers, bytes: number, weights = false): ElementKind => ({
  bytes,
  weights,
  decode: ({ buffer, byteOffset, byteLength }) => Float32Array.from(new View(buffer, byteOffset, byteLength / bytes)),
});

const bigNumbers = (View: BigNumbers): ElementKind => ({
  bytes: 8,
  weights: false,
  decode: ({ buffer, byteOffset, byteLength }) =>
    Float32Array.from(new View(buffer, byteOffset, byteLength / 8) as ArrayLike<unknown> as ArrayLike<number>, Number),
});

const kinds = {
  F32: {
    bytes: 4,
    weights: true,
    decode: ({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4),
  },
  F64: numbers(Float64Array, 8, true),
  F16: { bytes: 2, weights: true, decode: (bytes) => fromBits16(bytes, halfBits) },
  BF16: { bytes: 2, weights: true, decode: (bytes) => fromBits16(bytes, (bits) => (bits << 16) >>> 0) },
  I64: bigNumbers(BigInt64Array),
  U64: bigNumbers(BigUint64Array),
  I32: numbers(Int32Array, 4),
  U32: numbers(Uint32Array, 4),
  I16: numbers(Int16Array, 2),
  U16: numbers(Uint16Array, 2),
  I8: numbers(Int8Array, 1),
  U8: numbers(Uint8Array, 1),
  BOOL: numbers(Uint8Array, 1),
} satisfies Record<string, ElementKind>;

export type ElementType = keyof typeof kinds;

export const elementTypes: Readonly<Record<ElementType, ElementKind>> = kinds;

export function isElementType(name: unknown): name is ElementType {
  return typeof name === 'string' && Object.hasOwn(kinds, name);
}

/** Each 16-bit pattern through `widen`, which gives the bits of the float32. */
function fromBits16(
  { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>,
  widen: (bits: number) => number,
): Float32Array<ArrayBuffer> {
  const half = new Uint16Array(buffer, byteOffset, byteLength / 2);
  const wide = new Uint32Array(half.length);
  for (let at = 0; at < half.length; at++) wide[at] = widen(half[at]!);
  return new Float32Array(wide.buffer);
}

/** IEEE 754 binary16 to the bits of binary32; every half has an exact float. */
function halfBits(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (fraction << 13)) >>> 0;
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  // A subnormal half is a normal float: its leading bit becomes the hidden one.
  const shift = Math.clz32(fraction) - 21;
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0;
}
