/** Tensor files: what is written comes back bit for bit, and damaged or hostile files end in a sentence. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import {
  type NamedTensor,
  readSafetensors,
  readSafetensorsHeader,
  safetensorsPieces,
  writeSafetensors,
} from '../../../src/engine/checkpoints/safetensors.ts';
import { headerLength, parseHeader, prefixBytes } from '../../../src/engine/checkpoints/safetensorsHeader.ts';

const folder = mkdtempSync(join(tmpdir(), 'dropscope-tensors-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'file.safetensors');

const tensor = (name: string, shape: number[], values: number[]): NamedTensor => ({
  name,
  shape,
  data: Float32Array.from(values),
});
const sample = [
  tensor('0.encoder.weight', [2, 3], [1, 2, 3, 4, 5, NaN]),
  tensor('loss', [], [-0]),
  tensor('none', [0, 4], []),
];

/** A file made of a header of our choosing. */
function put(header: unknown, data = new Uint8Array(0)): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = new Uint8Array(prefixBytes);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  writeFileSync(path, Buffer.concat([prefix, json, data]));
  return path;
}

const refuses = (promise: Promise<unknown>, pattern: RegExp) =>
  assert.rejects(promise, (error: Error) => error.name === 'CheckpointError' && pattern.test(error.message));

test('what is written comes back, bit for bit', async () => {
  await writeSafetensors(path, sample, { step: '7' });
  const { tensors, metadata } = await readSafetensors(path);
  assert.deepEqual(metadata, { step: '7' });
  assert.deepEqual(
    tensors.map(({ name, shape }) => [name, shape]),
    sample.map(({ name, shape }) => [name, shape]),
  );
  tensors.forEach(({ data }, i) =>
    assert.deepEqual(new Uint8Array(data.buffer), new Uint8Array(sample[i]!.data.buffer)),
  );
  assert.deepEqual((await readSafetensorsHeader(path)).tensors[1], {
    name: 'loss',
    shape: [],
    dtype: 'F32',
    start: 24,
    bytes: 4,
  });
});

test('the data begins at a multiple of eight bytes, as the format wants', () => {
  for (let n = 1; n < 12; n++) assert.equal(safetensorsPieces([tensor('x'.repeat(n), [1], [1])])[0]!.byteLength % 8, 0);
});

test('tensors that do not fit are refused before anything is written', async () => {
  await refuses(writeSafetensors(path, [tensor('a', [2, 2], [1])]), /tensor a: shape \[2, 2\] does not fit 1 values/);
  await refuses(writeSafetensors(path, [sample[0]!, sample[0]!]), /stands twice/);
});

test('each kind of damage has its sentence', async () => {
  const entry = (more: object) => ({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...more } });
  const four = new Uint8Array(4);
  await refuses(readSafetensors(join(folder, 'missing')), /there is no such file/);
  await refuses(readSafetensors(folder), /not a file|EISDIR/);
  writeFileSync(path, 'short');
  await refuses(readSafetensors(path), /5 bytes are too few/);
  writeFileSync(path, Buffer.alloc(64, 0xff));
  await refuses(readSafetensors(path), /its header would be \d+ bytes long in a file of 64/);
  await refuses(readSafetensors(put('{"a":')), /header is not JSON/);
  await refuses(readSafetensors(put('['.repeat(1_000_000))), /header is not JSON/);
  await refuses(readSafetensors(put([])), /header is not an object/);
  await refuses(readSafetensors(put({ a: 1 })), /tensor a: its entry is not an object/);
  await refuses(readSafetensors(put(entry({ dtype: 'I32' }), four)), /dtype I32 is not read here; only F32 is/);
  await refuses(readSafetensors(put(entry({ dtype: 'F8_E4M3' }), four)), /dtype F8_E4M3 is not read; F32, .*BOOL are/);
  await refuses(readSafetensors(put(entry({ shape: [-1] }), four)), /shape \[-1\]/);
  await refuses(
    readSafetensors(put(entry({ shape: [2 ** 40, 2 ** 40] }), four)),
    /needs .* bytes, data_offsets give 4/,
  );
  await refuses(readSafetensors(put(entry({ data_offsets: [4, 0] }), four)), /data_offsets give -4/);
  await refuses(readSafetensors(put(entry({ data_offsets: [0] }), four)), /not two byte positions/);
  await refuses(readSafetensors(put(entry({}))), /the file is cut off: 0 bytes of data where the header describes 4/);
  await refuses(readSafetensors(put(entry({}), new Uint8Array(9))), /longer than its header says/);
  await refuses(readSafetensors(put({ ...entry({}), b: entry({}).a }, four)), /tensor b overlaps/);
  await refuses(readSafetensors(put(entry({ data_offsets: [4, 8] }), new Uint8Array(8))), /leaves a gap/);
  await refuses(
    readSafetensors(put({ ...entry({}), __metadata__: { a: 1 } }, four)),
    /__metadata__ is not an object of texts/,
  );
  const huge = { a: { dtype: 'F32', shape: [2 ** 50], data_offsets: [0, 2 ** 52] } };
  await refuses(readSafetensors(put(huge, four)), /the file is cut off/);
});

test('10,000 mutated files end in tensors or in a sentence (100,000 with DROPSCOPE_SOAK=1)', async () => {
  const whole = Buffer.concat(safetensorsPieces(sample, { step: '7', format: 'pt' }));
  const change = fc.record({
    at: fc.nat(whole.byteLength - 1),
    byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('[]{},:"0919-e'))),
  });
  const edit = fc.record({
    changes: fc.array(change, { maxLength: 4 }),
    cut: fc.option(fc.nat(whole.byteLength)),
    tail: fc.uint8Array({ maxLength: 9 }),
  });
  const soak = process.env['DROPSCOPE_SOAK'] === '1';
  let [good, bad] = [0, 0];
  await fc.assert(
    fc.asyncProperty(edit, async ({ changes, cut, tail }) => {
      const bytes = Buffer.from(whole);
      for (const { at, byte } of changes) bytes[at] = byte;
      writeFileSync(path, Buffer.concat([bytes.subarray(0, cut ?? whole.byteLength), tail]));
      try {
        const { tensors } = await readSafetensors(path);
        const read = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
        assert.ok(read <= readFileSync(path).byteLength);
        good++;
      } catch (error) {
        assert.equal((error as Error).name, 'CheckpointError', String(error));
        assert.ok((error as Error).message.length < 500);
        bad++;
      }
    }),
    { numRuns: soak ? 100_000 : 10_000 },
  );
  assert.ok(good > 0 && bad > 0);
});

test('any header at all is checked, never trusted', () => {
  const number = fc.oneof(fc.nat(64), fc.integer(), fc.double(), fc.constantFrom(2 ** 53, 1e300, -0));
  const entry = fc.oneof(
    fc.record({
      dtype: fc.constantFrom('F32', 'I64'),
      shape: fc.array(number, { maxLength: 3 }),
      data_offsets: fc.array(number, { maxLength: 3 }),
    }),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), entry), fc.nat(64), (header, bytes) => {
      const json = Buffer.from(JSON.stringify(header));
      try {
        const { tensors } = parseHeader(json, bytes, 'f');
        assert.equal(
          tensors.reduce((sum, item) => sum + item.bytes, 0),
          bytes,
        );
      } catch (error) {
        assert.match(String(error), /^CheckpointError: f: /);
      }
    }),
    { numRuns: 2000 },
  );
  assert.throws(() => headerLength(new Uint8Array(8).fill(0xff), 100, 'f'), /header would be/);
});
