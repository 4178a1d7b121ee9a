/** What `dropscope trace` refuses: one sentence, exit 2, and nothing written. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readSafetensors, writeSafetensors, type NamedTensor } from '../../src/engine/checkpoints/safetensors.ts';
import { BAD_INPUT, failureStatus } from '../../src/shared/failureCodes.ts';
import type { TraceRequest } from '../../src/shared/jobContract.ts';
import { committedCases, traceArguments } from '../golden/oneStepCase.ts';
import { scratch } from '../support/scratch.ts';
import { dropscope, engine } from './engineHarness.ts';

const sample = path.join(committedCases, 'tied');

interface Case {
  readonly what: string;
  /** Writes the bad file beside the others and changes the arguments. */
  readonly args: (folder: string, args: string[]) => Promise<string[]>;
  readonly says: RegExp;
}

const withFlag = (args: readonly string[], flag: string, value: string): string[] =>
  args.map((arg, at) => (args[at - 1] === `--${flag}` ? value : arg));

const without = (args: readonly string[], flag: string): string[] =>
  args.filter((arg, at) => arg !== `--${flag}` && args[at - 1] !== `--${flag}`);

/** A copy of one of the tensor files, changed. */
const tensors =
  (flag: 'weights' | 'masks', change: (tensors: NamedTensor[]) => NamedTensor[]): Case['args'] =>
  async (folder, args) => {
    const read = await readSafetensors(path.join(sample, `${flag}.safetensors`));
    await writeSafetensors(path.join(folder, `${flag}.safetensors`), change([...read.tensors]));
    return withFlag(args, flag, `${flag}.safetensors`);
  };

const ones = (name: string, ...shape: number[]): NamedTensor => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
});

const replaced = (tensor: NamedTensor) => (all: NamedTensor[]) =>
  all.map((old) => (old.name === tensor.name ? tensor : old));

const tokens =
  (content: unknown): Case['args'] =>
  async (folder, args) => {
    await writeFile(path.join(folder, 't.json'), typeof content === 'string' ? content : JSON.stringify(content));
    return withFlag(args, 'tokens', 't.json');
  };

const config =
  (change: object): Case['args'] =>
  async (folder, args) => {
    const own = JSON.parse(await readFile(path.join(sample, 'config.json'), 'utf8')) as object;
    await writeFile(path.join(folder, 'c.json'), JSON.stringify({ ...own, ...change }));
    return withFlag(args, 'config', 'c.json');
  };

const flag =
  (name: string, value: string): Case['args'] =>
  (_, args) =>
    Promise.resolve(withFlag(args, name, value));

const row = [0, 1, 2];
const cases: readonly Case[] = [
  { what: 'no such config', args: flag('config', 'none.json'), says: /config .*none\.json: there is no such file/ },
  {
    what: 'a config of other sizes',
    args: config({ n_hid: 10 }),
    says: /0\.rnns\.0\.weight_hh_l0_raw is \[24, 6\], this model needs \[40, 10\]/,
  },
  {
    what: 'a config with more layers',
    args: config({ n_layers: 3 }),
    says: /\[\d+, \d+\], this model needs|rnns\.2\..* is missing/,
  },
  { what: 'a config with fewer layers', args: config({ n_layers: 1 }), says: /0\.rnns\.[01]\..*(needs|no place)/ },
  {
    what: 'another vocabulary',
    args: config({ vocab_sz: 24 }),
    says: /0\.encoder\.weight is \[23, 8\], this model needs \[24, 8\]/,
  },
  {
    what: 'an untied config',
    args: config({ tie_weights: false }),
    says: /1\.decoder\.weight is missing, this model needs \[23, 8\]/,
  },
  {
    what: 'a config without bias',
    args: config({ out_bias: false }),
    says: /1\.decoder\.bias \[23\] has no place in this model/,
  },
  {
    what: 'a padding token that is no token',
    args: config({ vocab_sz: null, pad_token: 23 }),
    says: /pad_token is 23[;(] *it must be below vocab_sz, 23/,
  },
  { what: 'no such weights', args: flag('weights', 'none.st'), says: /none\.st: there is no such file/ },
  {
    what: 'weights that are cut off',
    args: async (folder, args) => {
      const whole = await readFile(path.join(sample, 'weights.safetensors'));
      await writeFile(path.join(folder, 'w.st'), whole.subarray(0, whole.length - 9));
      return withFlag(args, 'weights', 'w.st');
    },
    says: /w\.st: the file is cut off/,
  },
  {
    what: 'weights of something else',
    args: tensors('weights', (all) => [...all, ones('h.0.attn.weight', 2)]),
    says: /h\.0\.attn\.weight: not a tensor of an AWD-LSTM/,
  },
  {
    what: 'a decoder that is not tied',
    args: tensors('weights', (all) => [...all, ones('1.decoder.weight', 23, 8)]),
    says: /1\.decoder\.weight differs from 0\.encoder\.weight/,
  },
  { what: 'no such tokens', args: flag('tokens', 'none.json'), says: /tokens .*none\.json: there is no such file/ },
  { what: 'tokens that are no JSON', args: tokens('[[1'), says: /t\.json: not JSON/ },
  { what: 'tokens that are a list', args: tokens([row]), says: /t\.json: this is not an object/ },
  { what: 'no target', args: tokens({ input: [row] }), says: /target is missing/ },
  { what: 'another key', args: tokens({ input: [row], target: [row], more: 1 }), says: /unknown key "more"/ },
  {
    what: 'ragged rows',
    args: tokens({ input: [row, [1]], target: [row, row] }),
    says: /input\[1\] has 1 ids where input\[0\] has 3/,
  },
  {
    what: 'a target of another shape',
    args: tokens({ input: [row], target: [row, row] }),
    says: /target is \[2, 3\] and input is \[1, 3\]/,
  },
  { what: 'no rows', args: tokens({ input: [], target: [] }), says: /input is not a list of rows/ },
  { what: 'empty rows', args: tokens({ input: [[]], target: [[]] }), says: /input\[0\] is empty/ },
  { what: 'a row that is no list', args: tokens({ input: [1, 2], target: [1, 2] }), says: /input\[0\] is not a list/ },
  {
    what: 'an id past the vocabulary',
    args: tokens({ input: [row], target: [[0, 1, 23]] }),
    says: /target\[0\]\[2\] is 23, outside a vocabulary of 23 \(0 to 22\)/,
  },
  {
    what: 'a negative id',
    args: tokens({ input: [[0, -1, 2]], target: [row] }),
    says: /input\[0\]\[1\] is -1, outside/,
  },
  {
    what: 'half an id',
    args: tokens({ input: [[0, 1.5, 2]], target: [row] }),
    says: /input\[0\]\[1\] is 1\.5, not a whole number/,
  },
  {
    what: 'a word for an id',
    args: tokens({ input: [['the', 1, 2]], target: [row] }),
    says: /input\[0\]\[0\] is "the", not a whole number/,
  },
  {
    what: 'a mask that is missing',
    args: tensors('masks', (all) => all.slice(1)),
    says: /0\.encoder_dp is missing, \[23, 1\]/,
  },
  {
    what: 'a mask of no site',
    args: tensors('masks', (all) => [...all, ones('0.inptu_dp', 3, 1, 8)]),
    says: /0\.inptu_dp: this model has no dropout of that name. +did you mean 0\.input_dp\?/,
  },
  {
    what: 'a mask of another shape',
    args: tensors('masks', replaced(ones('0.input_dp', 3, 5, 8))),
    says: /0\.input_dp is \[3, 5, 8\], .* need \[3, 1, 8\]/,
  },
  {
    what: 'a mask with NaN',
    args: tensors('masks', replaced({ ...ones('0.input_dp', 3, 1, 8), data: new Float32Array(24).fill(NaN) })),
    says: /0\.input_dp: value 0 is NaN; a mask holds 0 and one scale/,
  },
  {
    what: 'a mask with negative values',
    args: tensors('masks', replaced({ ...ones('0.input_dp', 3, 1, 8), data: new Float32Array(24).fill(-1) })),
    says: /0\.input_dp: value 0 is -1/,
  },
  {
    what: 'a mask of many values',
    args: tensors(
      'masks',
      replaced({ ...ones('0.input_dp', 3, 1, 8), data: Float32Array.from({ length: 24 }, (_, at) => at) }),
    ),
    says: /0\.input_dp: it holds 1 and 2/,
  },
  {
    what: 'a trace in no folder',
    args: flag('out', 'none/o.safetensors'),
    says: /--out .*o\.safetensors: its folder does not exist/,
  },
  { what: 'a trace that is a folder', args: flag('out', '.'), says: /--out .*: this is a folder \(name a file\)/ },
  {
    what: 'a trace over what is read',
    args: async (folder, args) => {
      await writeFile(path.join(folder, 'w.st'), await readFile(path.join(sample, 'weights.safetensors')));
      return withFlag(withFlag(args, 'weights', 'w.st'), 'out', 'w.st');
    },
    says: /--out .*w\.st: this is the file that is read/,
  },
];

const onlyOnTheCommandLine: readonly Case[] = [
  {
    what: 'a flag that is missing',
    args: (_, args) => Promise.resolve(without(args, 'tokens')),
    says: /--tokens: it is missing/,
  },
  { what: 'a stray word', args: (_, args) => Promise.resolve([...args, 'more']), says: /more: trace takes only flags/ },
  {
    what: 'an unknown backend',
    args: flag('backend', 'wsm'),
    says: /--backend: "wsm" is no backend .did you mean wasm\?/,
  },
];

/** What the command line makes of its arguments. */
function requestOf(folder: string, args: readonly string[]): TraceRequest {
  const file = (flag: string) => path.resolve(folder, args[args.indexOf(`--${flag}`) + 1]!);
  const [config, weights, tokens, masks, out] = ['config', 'weights', 'tokens', 'masks', 'out'].map(file) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { config, weights, tokens, masks, out, mode: 'train', backend: 'wasm' };
}

test('trace refuses bad input in a sentence, and writes nothing', async (t) => {
  const { supervisor } = engine(t);
  for (const { what, args, says } of cases) {
    await t.test(what, async (t) => {
      const folder = await scratch(t);
      const request = requestOf(folder, await args(folder, traceArguments(sample, 'wasm', 'out.safetensors')));
      const before = await readdir(folder);
      await assert.rejects(supervisor.request('trace', request), (error: Error) => {
        assert.match(error.message, says);
        assert.equal(failureStatus(error), BAD_INPUT);
        return true;
      });
      assert.deepEqual(await readdir(folder), before);
    });
  }
});

for (const { what, args, says } of [...onlyOnTheCommandLine, ...cases.slice(-4)]) {
  test(`dropscope trace, ${what}: one line and exit 2`, async (t) => {
    const folder = await scratch(t);
    const bad = await args(folder, traceArguments(sample, 'wasm', 'out.safetensors'));
    const before = await readdir(folder);
    const found = await dropscope(bad, folder);
    assert.deepEqual([found.status, found.stdout], [2, ''], found.stderr);
    assert.match(found.stderr, says);
    assert.equal(found.stderr.trimEnd().split('\n').length, 1, found.stderr);
    assert.deepEqual(await readdir(folder), before);
  });
}
