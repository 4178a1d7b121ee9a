/**
 * Damaged and hostile tensor files through everything that reads one, in one engine that must live through them all:
 * each ends in an answer or in a sentence. The reader alone is tried on many more in test/unit/checkpoints.
 */
import assert from 'node:assert/strict';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSafetensors, safetensorsPieces } from '../../src/engine/checkpoints/safetensors.ts';
import { BAD_INPUT, failureStatus } from '../../src/shared/failureCodes.ts';
import { committedCases } from '../golden/oneStepCase.ts';
import { scratch } from '../support/scratch.ts';
import { engine, request, tinyConfig, writeText } from './engineHarness.ts';

const given = (file: string) => path.join(committedCases, 'one-layer', file);
const specialTokens = ['xxunk', 'xxpad', 'xxbos', 'xxeos', 'xxfld', 'xxrep', 'xxwrep', 'xxup', 'xxmaj'];

interface Edit {
  readonly changes: readonly { readonly at: number; readonly byte: number }[];
  readonly cut: number | null;
  readonly tail: Uint8Array;
}

/** Mostly in the header: there a file says what it is. */
function edits(bytes: Buffer): fc.Arbitrary<Edit> {
  const header = 8 + Number(bytes.readBigUInt64LE(0));
  const at = fc.oneof({ weight: 4, arbitrary: fc.nat(header - 1) }, fc.nat(bytes.length - 1));
  const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('[]{},:"0123456789-eE._')));
  return fc.record({
    changes: fc.array(fc.record({ at, byte }), { minLength: 1, maxLength: 3 }),
    cut: fc.option(fc.nat(bytes.length), { freq: 8 }),
    tail: fc.oneof({ weight: 8, arbitrary: fc.constant(new Uint8Array(0)) }, fc.uint8Array({ maxLength: 9 })),
  });
}

function edited(bytes: Buffer, { changes, cut, tail }: Edit): Buffer {
  const copy = Buffer.from(bytes);
  for (const { at, byte } of changes) copy[at] = byte;
  return Buffer.concat([copy.subarray(0, cut ?? copy.length), tail]);
}

test('mutated files through convert, trace, generate and --init: answers or sentences, and one engine all along', async (t) => {
  const folder = await scratch(t);
  const { supervisor, statuses } = engine(t);
  const file = path.join(folder, 'file.safetensors');
  const out = path.join(folder, 'out.safetensors');
  const config = given('config.json');
  await writeFile(path.join(folder, 'vocab.json'), JSON.stringify([...specialTokens, 'a', 'b', 'c']));
  const text = await writeText(folder, 300);
  await writeFile(path.join(folder, 'c.json'), JSON.stringify({ ...tinyConfig, bs: 2 }));
  const { tensors } = await readSafetensors(given('weights.safetensors'));
  // With a config inside, as our own checkpoints have it: that too is a text from a stranger.
  const weights = Buffer.concat(safetensorsPieces(tensors, { config: await readFile(config, 'utf8'), step: '1' }));
  const masks = await readFile(given('masks.safetensors'));
  const tokens = given('tokens.json');
  const fixed = { config, tokens, mode: 'train', backend: 'wasm', out } as const;
  const start = { ...request(path.join(folder, 'run'), text), configFile: path.join(folder, 'c.json') };
  const readers: readonly [what: string, bytes: Buffer, runs: number, read: () => Promise<unknown>][] = [
    ['convert', weights, 1000, () => supervisor.request('convert', { checkpoint: file, to: 'fastai1', out })],
    ['trace --weights', weights, 500, () => supervisor.request('trace', { ...fixed, weights: file })],
    [
      'trace --masks',
      masks,
      500,
      () => supervisor.request('trace', { ...fixed, weights: given('weights.safetensors'), masks: file }),
    ],
    [
      'generate',
      weights,
      500,
      () =>
        supervisor.request('generate', { checkpoint: file, prompt: 'a', tokens: 1, temperature: 1, backend: 'wasm' }),
    ],
    // A model of other sizes than the file's: nothing may be trained or written.
    ['train --init', weights, 50, () => supervisor.request('start', { ...start, init: file })],
  ];
  await supervisor.request('hello', null);
  const { pid } = supervisor;
  for (const [what, bytes, numRuns, read] of readers) {
    let [answers, sentences] = [0, 0];
    await fc.assert(
      fc.asyncProperty(edits(bytes), async (edit) => {
        await writeFile(file, edited(bytes, edit));
        try {
          await read();
          answers++;
        } catch (error) {
          assert.ok(error instanceof Error);
          // Weights that read well may hold a NaN, which only the computation meets.
          const met = /score of token \d+ is (NaN|-?Infinity)/.test(error.message);
          assert.ok(met || failureStatus(error) === BAD_INPUT, `${what}: ${error.message}`);
          assert.ok(error.message.length > 10 && error.message.length < 1000, error.message);
          sentences++;
        }
      }),
      { numRuns, seed: 11 },
    );
    assert.ok(sentences > numRuns / 4, `${what}: ${sentences} sentences`);
    if (what === 'convert') assert.ok(answers > 0, 'some edits do no harm');
    if (what === 'train --init') assert.equal(answers, 0);
  }
  assert.equal(supervisor.pid, pid);
  assert.ok(!statuses.some(({ status }) => status === 'running'));
});

test('a file that claims to be enormous is judged by its header: no memory is taken for it', async (t) => {
  const folder = await scratch(t);
  const { supervisor } = engine(t);
  const file = path.join(folder, 'huge.safetensors');
  const out = path.join(folder, 'out.safetensors');
  // Sparse: 64 GB in name only.
  const rows = 2 ** 31;
  const shapes = { '0.encoder.weight': [rows, 8], '0.rnns.0.weight_hh_l0_raw': [32, 8] };
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const start = end;
      end += shape[0]! * shape[1]! * 4;
      return [name, { dtype: 'F32', shape, data_offsets: [start, end] }];
    }),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(file, Buffer.concat([length, json]));
  await truncate(file, 8 + json.length + end);
  const refuses = (promise: Promise<unknown>, says: RegExp) =>
    assert.rejects(promise, (error: Error) => says.test(error.message) && failureStatus(error) === BAD_INPUT);
  const trace = {
    config: given('config.json'),
    tokens: given('tokens.json'),
    mode: 'train',
    backend: 'wasm',
    out,
  } as const;
  await refuses(
    supervisor.request('trace', { ...trace, weights: file }),
    /0\.encoder\.weight is \[2147483648, 8\], this model needs/,
  );
  await refuses(
    supervisor.request('trace', { ...trace, weights: given('weights.safetensors'), masks: file }),
    /no dropout of that name/,
  );
  await refuses(
    supervisor.request('convert', { checkpoint: file, to: 'fastai2', out }),
    /is missing, this model needs/,
  );
  await refuses(
    supervisor.request('generate', { checkpoint: file, prompt: '', tokens: 1, temperature: 1 }),
    /vocab_sz is 2147483648/,
  );
  await rm(file);
});
