/** Files of torch.save: what torch wrote is read, nothing in them is run, and damaged or hostile ones end in a sentence. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { unpickle } from '../../../src/engine/checkpoints/pytorch/unpickle.ts';
import { readTensorList, readWeights, withTensorFile } from '../../../src/engine/checkpoints/tensorFile.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/checkpoints');
const fixture = (name: string) => path.join(fixtures, name);
const folder = mkdtempSync(path.join(tmpdir(), 'dropscope-torch-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const soak = process.env['DROPSCOPE_SOAK'] === '1';

const refuses = (promise: Promise<unknown>, pattern: RegExp) =>
  assert.rejects(promise, (error: Error) => error.name === 'CheckpointError' && pattern.test(error.message));

function put(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

describe('files that torch wrote', () => {
  it('zip and plain ones hold the same weights, and say which they are', async () => {
    const zip = await readWeights(fixture('fastai1-stale.pth'));
    const plain = await readWeights(fixture('fastai1-training.pth'));
    assert.equal((await readTensorList(fixture('fastai1-stale.pth'))).format, 'torch zip');
    assert.equal((await readTensorList(fixture('fastai1-training.pth'))).format, 'torch before 1.6');
    assert.deepEqual(
      zip.tensors.map(({ name, shape }) => [name, shape]),
      plain.tensors.map(({ name, shape }) => [name, shape]),
    );
    const embedding = plain.tensors[0]?.data ?? new Float32Array();
    assert.deepEqual(zip.tensors[0]?.data, embedding);
    // The first draws of torch's generator with seed 1, as make.py turns them into weights.
    assert.deepEqual([...embedding.subarray(0, 2)], [0.10305263847112656, -0.08827564865350723]);
  });

  it('the weights are found beside an optimiser, which is told of', async () => {
    const { tensors, besides } = await readTensorList(fixture('fastai2-with-optimiser.pth'));
    assert.equal(tensors.length, 12);
    assert.equal(besides, 'opt');
    assert.deepEqual(
      tensors.map(({ name }) => name),
      (await readTensorList(fixture('fastai2.pth'))).tensors.map(({ name }) => name),
    );
  });

  it('turned and cut tensors, all types, a parameter and a single number', async () => {
    await withTensorFile(fixture('odd-tensors.pt'), async (file) => {
      const found: Record<string, unknown> = {};
      for (const tensor of file.tensors) {
        found[tensor.name] = [tensor.dtype, tensor.shape, [...(await file.whole(tensor))]];
      }
      assert.deepEqual(found, {
        turned: ['F64', [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
        part: ['F64', [2, 2], [6, 7, 10, 11]],
        count: ['I64', [2], [3, -4]],
        flag: ['BOOL', [], [1]],
        brain: ['BF16', [2], [1.5, -2]],
        leaf: ['F32', [2], [1, 1]],
      });
    });
    await refuses(readWeights(fixture('odd-tensors.pt')), /tensor count: dtype I64 is not one that weights have/);
  });

  it('half precision becomes float32', async () => {
    const { tensors } = await readWeights(fixture('parallel-half.pt'));
    assert.equal(tensors[0]?.name, 'module.encoder.weight');
    assert.deepEqual([...(tensors[0]?.data.subarray(0, 2) ?? [])], [0.10302734375, -0.0882568359375]);
  });

  it('ties are one storage', async () => {
    const { tensors } = await readTensorList(fixture('fastai2.pth'));
    const storage = (name: string) => tensors.find((tensor) => tensor.name === name)?.storage;
    assert.equal(storage('1.decoder.weight'), storage('0.encoder.weight'));
    assert.notEqual(storage('1.decoder.bias'), storage('0.encoder.weight'));
  });
});

const raw = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A file of torch.save before 1.6 around a pickle of our own. */
function legacy(object: string): Buffer {
  const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
  const version = Buffer.from('80024de9032e', 'hex');
  return Buffer.concat([magic, version, raw('\x80\x02}.'), raw(object), raw('\x80\x02].')]);
}

describe('files that are not what they seem', () => {
  it('objects are named and never made', async () => {
    await refuses(readWeights(fixture('hostile.pt')), /holds a Python object, posix\.system, .*state_dict/);
    await refuses(readWeights(fixture('whole-model.pt')), /torch\.nn\.modules\.linear\.Linear/);
    assert.ok(!existsSync('/tmp/dropscope-was-here'));
    const calls = [
      'cos\nsystem\n',
      'cbuiltins\neval\n',
      'cbuiltins\ngetattr\n',
      'c__builtin__\nexec\n',
      'ctorch\nload\n',
    ];
    for (const call of calls) {
      const name = call.slice(1, -1).replace('\n', '.');
      await refuses(readWeights(put('call.pt', legacy(`\x80\x02${call}(X\x02\0\0\0lstR.`))), new RegExp(name));
    }
    await refuses(readWeights(put('stack.pt', legacy('\x80\x04\x8c\x05posix\x8c\x06system\x93.'))), /posix\.system/);
  });

  it("fastai's list of hyper-parameters is passed over, with whatever it holds", () => {
    const list = unpickle(raw('\x80\x02cfastcore.foundation\nL\n)\x81}X\x05\0\0\0itemsK\x01sb.'), 0, 'f');
    assert.deepEqual(list.value, []);
  });

  it('what only names a type cannot be called', async () => {
    await refuses(
      readWeights(put('int.pt', legacy('\x80\x02c__builtin__\nint\n)R.'))),
      /not built as torch\.save does/,
    );
    await refuses(readWeights(put('empty.pt', legacy('\x80\x02}.'))), /it holds no tensor/);
  });

  it('a dictionary in itself, groups without a beginning, recalls of nothing, unknown instructions', () => {
    const where = 'f';
    const wrong = (text: string, pattern: RegExp) =>
      assert.throws(() => unpickle(Buffer.from(text, 'latin1'), 0, where), pattern);
    wrong('\x80\x02}q\0h\x01s.', /recalls what was not kept/);
    wrong('\x80\x02t.', /a group has no beginning/);
    wrong('\x80\x02i.', /instruction 0x69 at byte 2 is none that torch\.save writes/);
    wrong('\x80\x02X\xff\xff\xff\xffab', /it is cut off/);
    wrong('\x80\x02', /it is cut off/);
    wrong('.', /a value is missing/);
    wrong('0'.repeat(10), /a value is missing/);
    wrong(`${']'.repeat(3_000_000)}.`, /more than 2000000 instructions/);
  });

  it('dictionaries that hold themselves end in a sentence', async () => {
    // {'a': itself}
    await refuses(readWeights(put('self.pt', legacy('\x80\x02}q\0X\x01\0\0\0ah\0s.'))), /lie deeper, than is read/);
  });

  it('other zip files and cut ones', async () => {
    const whole = readFileSync(fixture('fastai2.pth'));
    await refuses(readWeights(put('cut.pt', whole.subarray(0, 5000))), /damaged or cut off: it has no directory/);
    await refuses(
      readWeights(put('empty.zip', Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]))),
      /no data\.pkl/,
    );
    const compressed = Buffer.from(whole);
    const entry = compressed.indexOf(Buffer.from('PK\x01\x02'));
    compressed.writeUInt16LE(8, entry + 10);
    await refuses(
      readWeights(put('packed.pt', compressed)),
      /is compressed; torch\.save writes its members as they are/,
    );
    await refuses(
      readWeights(put('pickle.pkl', Buffer.from('\x80\x04\x95\x05\0\0\0\0\0\0\0K\x01.', 'latin1'))),
      /torch\.save did not write it|few/,
    );
  });

  it('a tensor cannot reach beyond its storage or use memory twice', async () => {
    const pickle = (offset: number, size: number, stride: number) =>
      '\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04NtQ' +
      `K${String.fromCharCode(offset)}K${String.fromCharCode(size)}\x85K${String.fromCharCode(stride)}\x85\x89}tRs.`;
    const file = (offset: number, size: number, stride: number) => {
      const head = legacy(pickle(offset, size, stride)).subarray(0, -4);
      const keys = Buffer.from('\x80\x02]X\x01\0\0\x000a.', 'latin1');
      const memory = Buffer.alloc(8 + 16);
      memory.writeBigInt64LE(4n);
      memory.writeFloatLE(2.5, 8 + 12);
      return put('reach.pt', Buffer.concat([head, keys, memory]));
    };
    assert.deepEqual([...((await readWeights(file(3, 1, 1))).tensors[0]?.data ?? [])], [2.5]);
    await refuses(readWeights(file(4, 1, 1)), /tensor w: shape \[1\] reaches beyond its storage of 16 bytes/);
    await refuses(readWeights(file(0, 3, 2)), /reaches beyond/);
    await refuses(readWeights(file(0, 9, 0)), /uses the same memory for several cells/);
  });
});

/** A few changed bytes, sometimes a cut. */
const edit = (length: number) =>
  fc.record({
    changes: fc.array(fc.record({ at: fc.nat(length - 1), byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 5 }),
    cut: fc.option(fc.nat(length), { freq: 6 }),
  });

for (const name of ['fastai2.pth', 'fastai1-training.pth', 'odd-tensors.pt'])
  it(`${name} with changed bytes is read or refused in a sentence`, async () => {
    const whole = readFileSync(fixture(name));
    // The words of a plain file stand at its beginning, those of a zip near the beginning and at the end.
    const words = name.startsWith('fastai1') ? whole.subarray(0, 3000).length : whole.length;
    let [good, bad] = [0, 0];
    await fc.assert(
      fc.asyncProperty(edit(words), async ({ changes, cut }) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        const file = put('mutated.pt', bytes.subarray(0, cut ?? whole.length));
        try {
          await withTensorFile(file, async (open) => {
            for (const tensor of open.tensors) assert.ok((await open.whole(tensor)).length <= whole.length);
          });
          good++;
        } catch (error) {
          assert.equal((error as Error).name, 'CheckpointError', String((error as Error).stack));
          assert.ok((error as Error).message.length < 600);
          bad++;
        }
      }),
      { numRuns: soak ? 50_000 : 1500 },
    );
    assert.ok(good > 0 && bad > 0);
  });

it('any bytes at all as a pickle: a value or a sentence', () => {
  const instructions = fc.constantFrom(
    ...Buffer.from('().012NJKMX}]tauesRQbhqcr\x80\x81\x85\x86\x87\x88\x89\x8a\x8c\x93\x94\x95'),
  );
  const bytes = fc.array(fc.oneof({ weight: 5, arbitrary: instructions }, fc.integer({ min: 0, max: 255 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(bytes, (given) => {
      try {
        unpickle(Buffer.from([...given, 0x2e]), 0, 'f');
      } catch (error) {
        assert.match(String(error), /^CheckpointError: f: /);
      }
    }),
    { numRuns: soak ? 200_000 : 20_000 },
  );
});
