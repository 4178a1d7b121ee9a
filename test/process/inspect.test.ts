/** `dropscope inspect`, and files of torch.save wherever weights are taken: convert, generate, train --init. */
import assert from 'node:assert/strict';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readSafetensors, writeSafetensors } from '../../src/engine/checkpoints/safetensors.ts';
import type { CheckpointView } from '../../src/shared/checkpointContract.ts';
import { scratch } from '../support/scratch.ts';
import { dropscope, engine, metricsOf, tinyConfig, writeText } from './engineHarness.ts';

const fixture = (name: string) => path.join(import.meta.dirname, '../fixtures/checkpoints', name);
const specialTokens = ['xxunk', 'xxpad', 'xxbos', 'xxeos', 'xxfld', 'xxrep', 'xxwrep', 'xxup', 'xxmaj'];

async function run(args: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await dropscope(args, cwd);
  assert.equal(status, 0, stderr);
  return stdout;
}

test('a checkpoint in sentences and as a tree, or as one JSON document', async (t) => {
  const folder = await scratch(t);
  const text = await run(['inspect', fixture('fastai1-training.pth')], folder);
  assert.match(
    text,
    /derived = mask × raw \/ \(1 − p\): 50\.0 % zeros, median ratio 2\.00: p = 0\.5, saved in training mode/,
  );
  assert.match(
    text,
    /^ {6}weight_hh_l0_raw {2}\[48, 12\], mean .*\n {8}weight_hh_l0 {2}\[48, 12\], derived, .*50\.0 % zeros$/m,
  );
  assert.match(text, /^ {4}weight {2}\[24, 8\] = 0\.encoder\.weight$/m);
  const view = JSON.parse(
    await run(['inspect', fixture('salesforce-evaluated.pt'), '--json'], folder),
  ) as CheckpointView;
  assert.deepEqual([view.style, view.cells, view.distinctCells], ['salesforce', 3000, 1976]);
});

test('a run folder means its latest checkpoint', async (t) => {
  const folder = await scratch(t);
  await writeFile(path.join(folder, 'c.json'), JSON.stringify(tinyConfig));
  await run(['train', await writeText(folder), '--config', 'c.json', '--steps', '3', '--out', 'run'], folder);
  const text = await run(['inspect', 'run'], folder);
  assert.match(text, /step-000003\.safetensors: safetensors, \d+ tensors/);
  assert.match(text, /Written at step 3\./);
});

test('what cannot be inspected is one sentence and exit status 2; damage is status 1', async (t) => {
  const folder = await scratch(t);
  await writeFile(path.join(folder, 'text.pt'), 'no weights at all');
  for (const [args, says] of [
    [[], /inspect: no checkpoint/],
    [['a', 'b'], /b: inspect takes one checkpoint/],
    [['none.pt'], /none\.pt: there is no such file or folder/],
    [['.'], /no checkpoint is in this folder/],
    [['text.pt'], /text\.pt: .*not a safetensors file/],
    [[fixture('hostile.pt')], /holds a Python object, posix\.system/],
  ] as const) {
    const { status, stdout, stderr } = await dropscope(['inspect', ...args], folder);
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, says);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
  }
  const { supervisor } = engine(t);
  const out = path.join(folder, 'clean.safetensors');
  await supervisor.request('convert', { checkpoint: fixture('fastai2.pth'), to: 'dropscope', out });
  const { tensors } = await readSafetensors(out);
  tensors[0]?.data.fill(NaN, 0, 3);
  await writeSafetensors(out, tensors);
  const { status, stdout } = await dropscope(['inspect', out], folder);
  assert.equal(status, 1);
  assert.match(stdout, /damage: 0\.encoder\.weight: 3 numbers of 192 not finite/);
});

test("torch's files are taken where safetensors are: convert, generate and --init give the same", async (t) => {
  const folder = await scratch(t);
  const weights = new Map<string, unknown>();
  for (const name of ['fastai2.pth', 'fastai2-with-optimiser.pth', 'fastai1-training.pth', 'salesforce-evaluated.pt']) {
    await run(['convert', fixture(name), '--to', 'dropscope', '--out', `${name}.safetensors`], folder);
    const { tensors } = await readSafetensors(path.join(folder, `${name}.safetensors`));
    weights.set(name, tensors);
    assert.deepEqual(tensors, weights.get('fastai2.pth'), name);
  }
  assert.equal((weights.get('fastai2.pth') as unknown[]).length, 10);
  const words = Array.from({ length: 15 }, (_, index) => `word${index}`);
  await writeFile(path.join(folder, 'vocab.json'), JSON.stringify([...specialTokens, ...words]));
  const { supervisor } = engine(t);
  const said = async (checkpoint: string) =>
    (
      await supervisor.request('generate', {
        checkpoint,
        prompt: '',
        tokens: 8,
        temperature: 1,
        seed: 3,
        backend: 'cpu',
      })
    ).text;
  await copyFile(fixture('fastai2.pth'), path.join(folder, 'beside.pth'));
  assert.equal(await said(path.join(folder, 'beside.pth')), await said(path.join(folder, 'fastai2.pth.safetensors')));
  const text = await writeText(folder, 300);
  const config = { ...tinyConfig, emb_sz: 8, n_hid: 12, vocab_sz: 24, max_vocab: 24 };
  await writeFile(path.join(folder, 'c.json'), JSON.stringify(config));
  const train = (init: string, out: string) =>
    dropscope(['train', text, '--config', 'c.json', '--init', init, '--steps', '2', '--out', out], folder);
  const lines = [];
  for (const [init, out] of [
    [fixture('fastai2.pth'), 'fromTorch'],
    ['fastai2.pth.safetensors', 'fromSafetensors'],
  ] as const) {
    const { status, stderr } = await train(init, out);
    assert.equal(status, 0, stderr);
    lines.push((await metricsOf(path.join(folder, out))).train);
  }
  assert.deepEqual(lines[0], lines[1]);
  const { status, stderr } = await train(fixture('hostile.pt'), 'no');
  assert.equal(status, 2);
  assert.match(stderr, /--init .*holds a Python object, posix\.system/);
  assert.ok(!(await readdir(folder)).includes('no'));
});
