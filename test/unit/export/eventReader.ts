/**
 * A small reader of TensorBoard's event files, for the tests alone and independent of the writer: checks every frame, and
 * takes the messages apart by their field numbers. Numbers that are not finite are strings, as in the golden file.
 */
import assert from 'node:assert/strict';

type Num = number | string;

export interface ReadHistogram {
  readonly min: Num;
  readonly max: Num;
  readonly num: Num;
  readonly sum: Num;
  readonly sum_squares: Num;
  readonly bucket_limit: readonly Num[];
  readonly bucket: readonly Num[];
}

export interface ReadValue {
  readonly tag: string;
  readonly plugin: string;
  readonly description: string;
  readonly scalar?: Num;
  readonly histogram?: ReadHistogram;
  readonly text?: readonly string[];
}

export interface ReadEvent {
  readonly wall_time: number;
  readonly step: number;
  readonly file_version: string;
  readonly values: readonly ReadValue[];
}

export function readEvents(file: Uint8Array): ReadEvent[] {
  return frames(file).map((data) => {
    const event = fieldsOf(data);
    const summary = fieldsOf(bytes(event, 5));
    return {
      wall_time: double(event, 1) as number,
      step: Number(one(event, 2) ?? 0),
      file_version: text(event, 3),
      values: (summary.get(1) ?? []).map((value) => valueOf(fieldsOf(value as Uint8Array))),
    };
  });
}

/** The records of a TFRecord file. Checks lengths and checksums bit by bit, from the definition. */
export function frames(file: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    assert.equal(view.getUint32(at + 8, true), masked(file.subarray(at, at + 8)), `length of the record at ${at}`);
    const data = file.subarray(at + 12, at + 12 + length);
    assert.equal(data.length, length, `the record at ${at} is whole`);
    assert.equal(view.getUint32(at + 12 + length, true), masked(data), `data of the record at ${at}`);
    found.push(data);
    at += 16 + length;
  }
  return found;
}

/** CRC-32C by division of polynomials, high bit first over reversed bytes; then TFRecord's mask, in wide integers. */
function masked(data: Uint8Array): number {
  const reversed = (value: bigint, bits: number): bigint =>
    BigInt(`0b${value.toString(2).padStart(bits, '0').split('').reverse().join('')}`);
  let crc = 0xffffffffn;
  for (const byte of data) {
    crc ^= reversed(BigInt(byte), 8) << 24n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000n ? ((crc << 1n) & 0xffffffffn) ^ 0x1edc6f41n : crc << 1n;
  }
  const value = reversed(crc ^ 0xffffffffn, 32);
  const turned = (value >> 15n) | ((value << 17n) & 0xffffffffn);
  return Number((turned + 0xa282ead8n) & 0xffffffffn);
}

function valueOf(value: Fields): ReadValue {
  const metadata = fieldsOf(bytes(value, 9));
  const about = {
    tag: text(value, 1),
    plugin: text(fieldsOf(bytes(metadata, 1)), 1),
    description: text(metadata, 3),
  };
  if (value.has(2)) return { ...about, scalar: json(viewOf(one(value, 2)).getFloat32(0, true)) };
  if (value.has(5)) return { ...about, histogram: histogramOf(fieldsOf(bytes(value, 5))) };
  const tensor = fieldsOf(bytes(value, 8));
  assert.equal(one(tensor, 1), 7n, 'DT_STRING');
  const strings = (tensor.get(8) ?? []).map((part) => Buffer.from(part as Uint8Array).toString());
  const [size] = fieldsOf(bytes(fieldsOf(bytes(tensor, 2)), 2)).get(1) ?? [];
  assert.equal(size, BigInt(strings.length));
  return { ...about, text: strings };
}

function histogramOf(histo: Fields): ReadHistogram {
  const doubles = (field: number): Num[] => {
    const view = viewOf(one(histo, field));
    return Array.from({ length: view.byteLength / 8 }, (_, index) => json(view.getFloat64(8 * index, true)));
  };
  return {
    min: double(histo, 1),
    max: double(histo, 2),
    num: double(histo, 3),
    sum: double(histo, 4),
    sum_squares: double(histo, 5),
    bucket_limit: doubles(6),
    bucket: doubles(7),
  };
}

type Fields = ReadonlyMap<number, (Uint8Array | bigint)[]>;

/** Protocol buffers: field number and wire type, then a varint, eight bytes, a length and as many bytes, or four bytes. */
function fieldsOf(message: Uint8Array): Fields {
  const fields = new Map<number, (Uint8Array | bigint)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => message.subarray(at, (at += length));
  while (at < message.length) {
    const key = Number(varint());
    const wire = key & 7;
    assert.ok([0, 1, 2, 5].includes(wire), `wire type ${wire}`);
    const value = wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()));
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

const one = (fields: Fields, field: number): Uint8Array | bigint | undefined => fields.get(field)?.[0];
const bytes = (fields: Fields, field: number): Uint8Array => (one(fields, field) ?? new Uint8Array()) as Uint8Array;
const text = (fields: Fields, field: number): string => Buffer.from(bytes(fields, field)).toString();
const viewOf = (value: Uint8Array | bigint | undefined): DataView => {
  const data = (value ?? new Uint8Array()) as Uint8Array;
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
};
const double = (fields: Fields, field: number): Num =>
  fields.has(field) ? json(viewOf(one(fields, field)).getFloat64(0, true)) : 0;
const json = (value: number): Num => (Number.isFinite(value) ? value : String(value));
