/** `dropscope generate`: a model that has learned a little text writes it, the same for the same seed. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { scratch } from '../support/scratch.ts';
import { dropscope } from './engineHarness.ts';

interface Generated {
  readonly text: string;
  readonly tokens: readonly string[];
  readonly from: string;
  readonly seed: number;
}

const config = {
  emb_sz: 24,
  n_hid: 32,
  n_layers: 1,
  bs: 4,
  bptt: 8,
  min_freq: 1,
  drop_mult: 0,
  alpha: 0,
  beta: 0,
  clip: 0,
  lr: 0.02,
  backend: 'wasm',
  seed: 4,
};

/** Trained until it knows one sentence by heart. */
async function trained(folder: string, more: object = {}): Promise<void> {
  const sentence = 'The cat sat on the mat , and Anna said : hello . ';
  await writeFile(path.join(folder, 'text.txt'), sentence.repeat(30));
  await writeFile(path.join(folder, 'c.json'), JSON.stringify({ ...config, ...more }));
  const args = ['train', 'text.txt', '--config', 'c.json', '--steps', '150', '--out', 'run'];
  const { status, stderr } = await dropscope(args, folder);
  assert.equal(status, 0, stderr);
}

async function generated(folder: string, ...args: string[]): Promise<Generated & { readonly stderr: string }> {
  const { status, stdout, stderr } = await dropscope(['generate', ...args, '--json'], folder);
  assert.equal(status, 0, stderr);
  return { ...(JSON.parse(stdout) as Generated), stderr };
}

test('words: what was learned comes back readable, from a run, a checkpoint and a converted one', async (t) => {
  const folder = await scratch(t);
  await trained(folder);
  const greedy = ['--temperature', '0', '--tokens', '12', '--prompt', 'The cat'];
  const { stdout } = await dropscope(['generate', 'run', ...greedy], folder);
  assert.match(stdout, /^The cat sat on the mat, and Anna said: hello\./);
  const fromRun = await generated(folder, 'run', ...greedy);
  assert.equal(`${fromRun.text}\n`, stdout);
  assert.equal(fromRun.tokens.length, 12);
  const checkpoint = path.relative(folder, fromRun.from);
  assert.equal((await generated(folder, checkpoint, ...greedy)).text, fromRun.text);
  await dropscope(['convert', checkpoint, '--to', 'salesforce', '--out', 'sf.safetensors'], folder);
  await mkdir(path.join(folder, 'alone'));
  await rename(path.join(folder, 'sf.safetensors'), path.join(folder, 'alone/sf.safetensors'));
  await writeFile(path.join(folder, 'alone/vocab.json'), await readFile(path.join(folder, 'run/vocab.json')));
  assert.equal((await generated(folder, 'alone/sf.safetensors', ...greedy)).text, fromRun.text);
});

test('the seed decides: the same gives the same text, another another; top-k 1 is the likeliest', async (t) => {
  const folder = await scratch(t);
  await trained(folder);
  const hot = ['run', '--temperature', '3', '--tokens', '40'];
  const one = await generated(folder, ...hot, '--seed', '5');
  assert.equal((await generated(folder, ...hot, '--seed', '5')).text, one.text);
  assert.notEqual((await generated(folder, ...hot, '--seed', '6')).text, one.text);
  assert.equal((await generated(folder, ...hot)).seed, config.seed, "the run's own seed by default");
  assert.ok(!one.tokens.includes('xxunk') && !one.tokens.includes('xxpad'));
  const likeliest = await generated(folder, 'run', '--temperature', '0', '--tokens', '40');
  assert.equal((await generated(folder, ...hot, '--top-k', '1')).text, likeliest.text);
  const puzzled = await generated(folder, 'run', '--prompt', 'The zebra sat', '--tokens', '1');
  assert.match(puzzled.stderr, /prompt: the model does not know "zebra"; each is read as xxunk/);
  assert.match(puzzled.text, /^The zebra sat/);
});

test('characters join exactly', async (t) => {
  const folder = await scratch(t);
  await trained(folder, { tokenizer: 'char', bptt: 12, n_hid: 48 });
  const { text, tokens } = await generated(folder, 'run', '--prompt', 'The c', '--temperature', '0', '--tokens', '30');
  assert.equal(text, `The c${tokens.join('')}`);
  assert.match(text, /^The cat sat/);
});

test('what cannot be continued is refused in a sentence', async (t) => {
  const folder = await scratch(t);
  await writeFile(path.join(folder, 'text.txt'), 'a b c d '.repeat(100));
  await writeFile(path.join(folder, 'c.json'), JSON.stringify(config));
  const args = ['train', 'text.txt', '--config', 'c.json', '--steps', '1', '--out', 'run'];
  assert.equal((await dropscope(args, folder)).status, 0);
  const checkpoint = 'run/checkpoints/step-000001.safetensors';
  await mkdir(path.join(folder, 'deep/deeper'), { recursive: true });
  await writeFile(path.join(folder, 'deep/deeper/w.st'), await readFile(path.join(folder, checkpoint)));
  await mkdir(path.join(folder, 'wrong'));
  await writeFile(path.join(folder, 'wrong/w.st'), await readFile(path.join(folder, checkpoint)));
  const words = JSON.parse(await readFile(path.join(folder, 'run/vocab.json'), 'utf8')) as string[];
  await writeFile(path.join(folder, 'wrong/vocab.json'), JSON.stringify([...words, 'more']));
  await mkdir(path.join(folder, 'empty'));
  for (const [args, says] of [
    [[], /generate: no checkpoint/],
    [['run', 'run'], /generate takes one run or checkpoint/],
    [['none'], /none: there is no such file or folder/],
    [['empty'], /no checkpoint is in this folder/],
    [['c.json'], /c\.json: .*safetensors/],
    [['run/checkpoints/step-000001.state.safetensors'], /encoder\.weight is missing/],
    [['deep/deeper/w.st'], /no vocab\.json lies beside or above it/],
    [['wrong/w.st'], /vocab\.json: 14 tokens are more than the 13 of/],
    [['run', '--tokens', '0'], /--tokens: "0" is not a whole number from 1/],
    [['run', '--temperature', '-1'], /--temperature: "-1" is not a number from 0 to 1000/],
    [['run', '--temperature', 'hot'], /--temperature: "hot" is not a number/],
    [['run', '--top-k', '0'], /--top-k: "0" is not a whole number from 1/],
  ] as const) {
    const found = await dropscope(['generate', ...args], folder);
    assert.deepEqual([found.status, found.stdout], [2, ''], `${args.join(' ')}: ${found.stderr}`);
    assert.match(found.stderr, says);
    assert.equal(found.stderr.trimEnd().split('\n').length, 1, found.stderr);
  }
});
