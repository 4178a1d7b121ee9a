/** Checkpoints of a run: names, marks, pruning, and what is left after a crash. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import {
  listCheckpoints,
  markCheckpoint,
  markedStep,
  pruneCheckpoints,
  readLatestCheckpoint,
  saveCheckpoint,
  statePath,
  weightsPath,
} from '../../../src/engine/checkpoints/checkpointFiles.ts';
import { storageError } from '../../../src/engine/checkpoints/storageError.ts';
import { writeAside } from '../../../src/engine/checkpoints/writeAside.ts';

let run = '';
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'dropscope-run-'));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const save = (step: number) => {
  const content = (name: string) => ({
    tensors: [{ name, shape: [1], data: Float32Array.of(step) }],
    metadata: { step: String(step) },
  });
  return saveCheckpoint(run, step, { weights: content('w'), state: content('s') });
};
const files = () => readdirSync(join(run, 'checkpoints')).sort();

test('a checkpoint is two files under the step, and latest names it', async () => {
  await save(200);
  assert.deepEqual(files(), ['latest', 'step-000200.safetensors', 'step-000200.state.safetensors']);
  assert.equal(readFileSync(join(run, 'checkpoints/latest'), 'utf8'), 'step-000200');
  const { checkpoint, damaged } = await readLatestCheckpoint(run);
  assert.deepEqual([checkpoint?.step, checkpoint?.state.tensors[0]?.data[0], damaged], [200, 200, []]);
  await save(12_345_678);
  assert.deepEqual(await listCheckpoints(run), [200, 12_345_678]);
});

test('a run without checkpoints has none', async () => {
  assert.deepEqual(await listCheckpoints(run), []);
  assert.deepEqual(await readLatestCheckpoint(run), { damaged: [] });
  assert.equal(await markedStep(run, 'best'), undefined);
});

test('pruning keeps the newest, the latest and the best, and clears what a crash left', async () => {
  for (const step of [1, 2, 3, 4, 5]) await save(step);
  await markCheckpoint(run, 'best', 2);
  await markCheckpoint(run, 'latest', 3);
  writeFileSync(join(run, 'checkpoints', 'step-000006.safetensors.tmp'), 'half');
  await pruneCheckpoints(run, 1);
  assert.deepEqual(await listCheckpoints(run), [2, 3, 5]);
  assert.equal(
    files().some((name) => name.endsWith('.tmp')),
    false,
  );
  await pruneCheckpoints(run, 0);
  assert.equal(await markedStep(run, 'best'), 2);
});

test('half a checkpoint does not count, a damaged one is passed over and named', async () => {
  await save(1);
  await save(2);
  await save(3);
  rmSync(weightsPath(run, 3));
  assert.deepEqual(await listCheckpoints(run), [1, 2]);
  assert.equal(await markedStep(run, 'latest'), undefined);
  truncateSync(statePath(run, 2), 20);
  const { checkpoint, damaged } = await readLatestCheckpoint(run);
  assert.equal(checkpoint?.step, 1);
  assert.match(damaged[0]!, /step-000002\.state\.safetensors: .*cut off/);
  truncateSync(weightsPath(run, 1), 3);
  await assert.rejects(readLatestCheckpoint(run), /no checkpoint can be read/);
});

test('a write that fails leaves the old file and nothing beside it', async () => {
  const path = join(run, 'file');
  await writeAside(path, ['old']);
  const failing = (function* () {
    yield 'new';
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  })();
  await assert.rejects(writeAside(path, failing), /file: the disk is full; free some space \(ENOSPC\)/);
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(run), ['file']);
  await assert.rejects(writeAside(join(run, 'no', 'file'), ['x']), /vanished \(ENOENT\)/);
});

test('a full disk really is one sentence', { skip: process.platform !== 'linux' && 'needs /dev/full' }, async () => {
  const { open } = await import('node:fs/promises');
  const full = await open('/dev/full', 'w');
  const error: unknown = await full.write('x').catch((caught: unknown) => storageError(caught, '/dev/full'));
  await full.close();
  assert.match(String(error), /^StorageError: \/dev\/full: the disk is full; free some space \(ENOSPC\)$/);
});
