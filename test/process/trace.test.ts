/** `dropscope trace` as people run it: against PyTorch's numbers, committed and fresh, and replayable from its masks. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readSafetensors, writeSafetensors } from '../../src/engine/checkpoints/safetensors.ts';
import { caseFolders, committedCases, isTraining, requireAgreement, traceArguments } from '../golden/oneStepCase.ts';
import { runPython, torchPython } from '../support/torchPython.ts';
import { scratch } from '../support/scratch.ts';
import { dropscope } from './engineHarness.ts';

const given = (name: string, ...parts: string[]) => path.join(committedCases, name, ...parts);
const native = process.env['DROPSCOPE_NATIVE'];
const backends = ['wasm', 'cpu', ...(native === undefined ? [] : ['tensorflow'])];

async function tensorsOf(file: string) {
  const { tensors, metadata } = await readSafetensors(file);
  return { metadata, byName: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}

async function agrees(folder: string, backend: string, out: string): Promise<number> {
  const { status, stdout, stderr } = await dropscope(traceArguments(folder, backend, out), folder);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^\d+ tensors on \w+: loss [\d.]+ = ce [\d.]+ \+ ar [\d.]+ \+ tar [\d.]+\n/);
  const { byName } = await tensorsOf(out);
  const masks = [...byName.keys()].filter((name) => name.startsWith('mask/'));
  assert.equal(masks.length > 0, isTraining(folder), 'masks are written in training only');
  return (await requireAgreement(folder, (name) => byName.get(name))).error;
}

for (const name of ['three-layers', 'eval-bidirectional', 'both-directions-dropped', 'dropped-out']) {
  test(`the command gives PyTorch's tensors: ${name}`, async (t) => {
    const folder = await scratch(t);
    for (const backend of backends) await agrees(given(name), backend, path.join(folder, `${backend}.safetensors`));
  });
}

test(
  'fresh random models agree with PyTorch, on every backend there is',
  { skip: torchPython().missing },
  async (t) => {
    const folder = await scratch(t);
    const seed = Math.floor(Date.now() / 1000) % 100_000;
    runPython('torch_reference.py', ['fresh', folder, '6', String(seed)]);
    let worst = 0;
    for (const made of caseFolders(folder)) {
      for (const backend of backends) {
        const error = await agrees(made, backend, path.join(made, `${backend}.safetensors`)).catch((cause: unknown) => {
          throw new Error(`seed ${seed}, ${path.basename(made)} on ${backend}`, { cause });
        });
        worst = Math.max(worst, error);
      }
    }
    t.diagnostic(`seed ${seed}: worst relative error ${worst.toExponential(1)}`);
  },
);

test('without --masks they are drawn from the seed; the trace holds them, and replaying them gives the same numbers', async (t) => {
  const folder = await scratch(t);
  const args = ['--config', given('rows', 'config.json'), '--weights', given('rows', 'weights.safetensors')];
  const run = async (out: string, more: string[] = []) => {
    const tokens = given('rows', 'tokens.json');
    const found = await dropscope(
      ['trace', ...args, '--tokens', tokens, '--backend', 'wasm', '--out', out, ...more, '--json'],
      folder,
    );
    assert.equal(found.status, 0, found.stderr);
    const result = JSON.parse(found.stdout) as { file: string; loss: number; backend: { name: string } };
    assert.deepEqual([result.file, result.backend.name], [path.join(folder, out), 'wasm']);
    return tensorsOf(path.join(folder, out));
  };
  const first = await run('first.safetensors');
  assert.deepEqual([...(await run('again.safetensors')).byName], [...first.byName]);
  const masks = [...first.byName.values()]
    .filter(({ name }) => name.startsWith('mask/'))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice('mask/'.length) }));
  assert.equal(masks.length, 6);
  await writeSafetensors(path.join(folder, 'masks.safetensors'), masks);
  const replayed = await run('replayed.safetensors', ['--masks', 'masks.safetensors']);
  assert.deepEqual([...replayed.byName], [...first.byName]);
  assert.equal(first.metadata['format'], 'dropscope-trace-1');
  const config = JSON.parse(await readFile(given('rows', 'config.json'), 'utf8')) as object;
  await writeFile(path.join(folder, 'other.json'), JSON.stringify({ ...config, seed: 99 }));
  args[1] = 'other.json';
  assert.notDeepEqual(
    (await run('other.safetensors')).byName.get('mask/0.input_dp'),
    first.byName.get('mask/0.input_dp'),
  );
});

test('the size of the vocabulary may come from the weights, and sites without dropout show masks of ones', async (t) => {
  const folder = await scratch(t);
  const config = JSON.parse(await readFile(given('p-0', 'config.json'), 'utf8')) as Record<string, unknown>;
  delete config['vocab_sz'];
  await writeFile(path.join(folder, 'c.json'), JSON.stringify(config));
  const files = ['--weights', given('p-0', 'weights.safetensors'), '--tokens', given('p-0', 'tokens.json')];
  const found = await dropscope(
    ['trace', '--config', 'c.json', ...files, '--backend', 'wasm', '--out', 'o.safetensors'],
    folder,
  );
  assert.equal(found.status, 0, found.stderr);
  const { byName } = await tensorsOf(path.join(folder, 'o.safetensors'));
  assert.ok(byName.get('mask/0.rnns.1.weight_hh_l0')!.data.every((value) => value === 1));
  await requireAgreement(given('p-0'), (name) => byName.get(name));
});

test('numbers that are not finite: the trace is written, and the first such tensor is named with exit 1', async (t) => {
  const folder = await scratch(t);
  const { tensors } = await readSafetensors(given('tied', 'weights.safetensors'));
  tensors.find(({ name }) => name === '0.rnns.1.module.bias_ih_l0')!.data[0] = NaN;
  await writeSafetensors(path.join(folder, 'w.safetensors'), tensors);
  const args = traceArguments(given('tied'), 'wasm', 'o.safetensors');
  args[args.indexOf('--weights') + 1] = 'w.safetensors';
  const found = await dropscope(args, folder);
  assert.equal(found.status, 1);
  assert.match(
    found.stderr,
    /^dropscope: trace: the numbers are not finite, first in 0\.rnns\.1\.module\.bias_ih_l0 \(/,
  );
  assert.ok((await tensorsOf(path.join(folder, 'o.safetensors'))).byName.has('grad/0.encoder.weight'));
});
