/** `dropscope convert` and `train --init`: one model under four sets of names, in plain torch too. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readSafetensors, writeSafetensors, type NamedTensor } from '../../src/engine/checkpoints/safetensors.ts';
import { keyStyles } from '../../src/shared/jobContract.ts';
import { committedCases, relativeError } from '../golden/oneStepCase.ts';
import { runPython, torchPython } from '../support/torchPython.ts';
import { scratch } from '../support/scratch.ts';
import { dropscope, engine, metricsOf, tinyConfig, writeText } from './engineHarness.ts';

const given = (name: string, file: string) => path.join(committedCases, name, file);

async function run(args: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await dropscope(args, cwd);
  assert.equal(status, 0, stderr);
  return stdout;
}

const byName = (tensors: readonly NamedTensor[]) => new Map(tensors.map((tensor) => [tensor.name, tensor]));

/** A run of three steps, and its folder. */
async function trained(folder: string): Promise<string> {
  await writeFile(path.join(folder, 'c.json'), JSON.stringify({ ...tinyConfig, n_layers: 3 }));
  await run(['train', await writeText(folder), '--config', 'c.json', '--steps', '3', '--out', 'run'], folder);
  return path.join(folder, 'run');
}

test("a run becomes fastai v2's 16 keys, keeps its metadata, and comes back bit for bit", async (t) => {
  const folder = await scratch(t);
  const own = await readSafetensors(path.join(await trained(folder), 'checkpoints/step-000003.safetensors'));
  const answer = await run(['convert', 'run', '--to', 'fastai2', '--out', 'f2.safetensors', '--json'], folder);
  const { names } = JSON.parse(answer) as { names: string[] };
  assert.equal(names.length, 16);
  const written = await readSafetensors(path.join(folder, 'f2.safetensors'));
  assert.deepEqual(written.metadata, { ...own.metadata, key_style: 'fastai2' });
  assert.deepEqual(new Set(written.tensors.map(({ name }) => name)), new Set(names));
  await run(['convert', 'f2.safetensors', '--to', 'dropscope', '--out', 'back.safetensors'], folder);
  const back = await readSafetensors(path.join(folder, 'back.safetensors'));
  assert.deepEqual(byName(back.tensors), byName(own.tensors));
});

test('G5 every key style imports to the same weights: the trace of each is the same, bit for bit', async (t) => {
  const folder = await scratch(t);
  const { supervisor } = engine(t);
  const out = path.join(folder, 'o.safetensors');
  for (const name of ['three-layers', 'untied', 'bidirectional']) {
    const [config, tokens] = [given(name, 'config.json'), given(name, 'tokens.json')];
    const traces = [];
    for (const to of keyStyles) {
      const weights = path.join(folder, `${name}-${to}.safetensors`);
      await supervisor.request('convert', { checkpoint: given(name, 'weights.safetensors'), to, out: weights });
      await supervisor.request('trace', { config, weights, tokens, mode: 'train', backend: 'wasm', out });
      traces.push((await readSafetensors(out)).tensors);
    }
    for (const trace of traces) assert.deepEqual(trace, traces[0], name);
  }
});

test('train --init takes any key style, and refuses what does not fit before anything is written', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const init = path.join(await trained(folder), 'checkpoints/step-000003.safetensors');
  const lines = [];
  for (const style of keyStyles) {
    await run(['convert', init, '--to', style, '--out', `${style}.safetensors`], folder);
    const flags = ['--steps', '2', '--init', `${style}.safetensors`, '--out', style];
    await run(['train', text, '--config', 'c.json', ...flags], folder);
    lines.push((await metricsOf(path.join(folder, style))).train);
  }
  for (const line of lines) assert.deepEqual(line, lines[0]);
  await writeFile(path.join(folder, 'other.json'), JSON.stringify({ ...tinyConfig, n_layers: 3, n_hid: 14 }));
  const found = await dropscope(['train', text, '--config', 'other.json', '--init', init, '--out', 'no'], folder);
  assert.equal(found.status, 2);
  assert.match(found.stderr, /--init .*: 0\.rnns\.0\.weight_hh_l0_raw is \[40, 10\], this model needs \[56, 14\] \(/);
  assert.ok(!(await readdir(folder)).includes('no'));
});

test('what cannot be converted is refused in a sentence, and nothing is written', async (t) => {
  const folder = await scratch(t);
  const weights = given('tied', 'weights.safetensors');
  const { tensors } = await readSafetensors(weights);
  const write = (name: string, changed: readonly NamedTensor[]) => writeSafetensors(path.join(folder, name), changed);
  const [embedding, ...others] = tensors as [NamedTensor, ...NamedTensor[]];
  await write('foreign.st', [...tensors, { ...embedding, name: 'transformer.wte.weight' }]);
  await write('headless.st', others);
  await write(
    'gap.st',
    tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace('rnns.1', 'rnns.2') })),
  );
  await write(
    'wide.st',
    tensors.map((tensor) => (tensor.name.includes('0.module.weight_ih') ? { ...tensor, shape: [12, 16] } : tensor)),
  );
  await writeFile(path.join(folder, 'text.st'), 'not tensors at all');
  await writeFile(path.join(folder, 'copy.st'), await readFile(weights));
  const before = await readdir(folder);
  for (const [args, says] of [
    [[], /convert: no checkpoint/],
    [[weights, weights], /convert takes one checkpoint/],
    [[weights, '--out', 'o.st'], /--to: it is missing \(one of dropscope, fastai2, fastai1, salesforce\)/],
    [[weights, '--to', 'fastai3', '--out', 'o.st'], /--to: "fastai3" is no key style \(did you mean fastai2\?\)/],
    [[weights, '--to', 'fastai2'], /--out: it is missing/],
    [['none.st', '--to', 'fastai2', '--out', 'o.st'], /none\.st: there is no such file or folder/],
    [['.', '--to', 'fastai2', '--out', 'o.st'], /no checkpoint is in this folder/],
    [['text.st', '--to', 'fastai2', '--out', 'o.st'], /text\.st: .*not a safetensors file/],
    [['foreign.st', '--to', 'fastai2', '--out', 'o.st'], /transformer\.wte\.weight: not a tensor of an AWD-LSTM/],
    [['headless.st', '--to', 'fastai2', '--out', 'o.st'], /encoder\.weight is missing/],
    [['gap.st', '--to', 'fastai2', '--out', 'o.st'], /rnns\.2\.\S+ .*no place in this model|this model needs/],
    [['wide.st', '--to', 'fastai2', '--out', 'o.st'], /weight_ih_l0 is \[12, 16\], this model needs \[24, 8\]/],
    [['copy.st', '--to', 'fastai2', '--out', 'copy.st'], /copy\.st: this is the file that is read/],
  ] as const) {
    const found = await dropscope(['convert', ...args], folder);
    assert.deepEqual([found.status, found.stdout], [2, ''], `${args.join(' ')}: ${found.stderr}`);
    assert.match(found.stderr, says);
    assert.equal(found.stderr.trimEnd().split('\n').length, 1);
  }
  assert.deepEqual(await readdir(folder), before);
});

test(
  'our checkpoint and its conversion load in plain torch and compute there what they compute here',
  { skip: torchPython().missing },
  async (t) => {
    const folder = await scratch(t);
    for (const name of ['three-layers', 'untied-no-bias', 'eval-bidirectional']) {
      const weights = given(name, 'weights.safetensors');
      const [config, tokens] = [given(name, 'config.json'), given(name, 'tokens.json')];
      await run(['convert', weights, '--to', 'dropscope', '--out', 'own.safetensors'], folder);
      await run(['convert', weights, '--to', 'fastai2', '--out', 'fastai2.safetensors'], folder);
      await run(
        [
          'trace',
          '--config',
          config,
          '--weights',
          weights,
          '--tokens',
          tokens,
          '--eval',
          '--backend',
          'wasm',
          '--out',
          'o.safetensors',
        ],
        folder,
      );
      const ours = byName((await readSafetensors(path.join(folder, 'o.safetensors'))).tensors);
      const own = byName((await readSafetensors(weights)).tensors);
      for (const style of ['own', 'fastai2']) {
        const file = path.join(folder, `${style}.safetensors`);
        const out = path.join(folder, 'torch.safetensors');
        const loaded = JSON.parse(runPython('torch_model.py', ['load', file, config, tokens, out])) as Record<
          'keys' | 'missing' | 'unexpected',
          string[]
        >;
        assert.deepEqual(loaded.unexpected, []);
        const aliases = loaded.keys.filter((key) => !own.has(key));
        assert.deepEqual(loaded.missing.toSorted(), style === 'own' ? aliases.toSorted() : []);
        const { tensors } = await readSafetensors(file);
        if (style === 'fastai2')
          assert.deepEqual(
            tensors.map((tensor) => tensor.name),
            loaded.keys,
            "the order of fastai's state_dict",
          );
        const torch = byName((await readSafetensors(out)).tensors);
        for (const [key, tensor] of own) assert.deepEqual(torch.get(key), tensor);
        const [mine, theirs] = [ours, torch].map((from) => from.get('activation/1.decoder')!) as [
          NamedTensor,
          NamedTensor,
        ];
        assert.deepEqual(mine.shape, theirs.shape);
        assert.ok(relativeError(mine.data, theirs.data) < 1e-5);
      }
    }
  },
);
