/** The run folder: made once, locked by one living process, and told from an interrupted one. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { isAlive, thisProcess } from '../../../src/engine/checkpoints/processIdentity.ts';
import {
  createRunFolder,
  readRunRecord,
  readVocabularyFile,
  type RunRecord,
  shownStatus,
  writeRunRecord,
  writeVocabularyFile,
} from '../../../src/engine/checkpoints/runFolder.ts';
import { lockRunFolder } from '../../../src/engine/checkpoints/runLock.ts';
import { defaultConfig } from '../../../src/shared/config.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'dropscope-run-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const record: RunRecord = {
  version: 1,
  name: 'sample',
  config: defaultConfig(),
  corpus: [{ path: '/a.txt', size: 3, sha256: 'aa', tags_stripped: false }],
  vocab_size: 12,
  backend: null,
  seed: 1,
  pid: process.pid,
  pid_start: thisProcess().startTime,
  host: 'cli',
  started: '2026-01-01T00:00:00.000Z',
  ended: null,
  status: 'running',
  error: null,
};

/** The number of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '0']).pid;

test('a run folder is new or empty', async () => {
  const folder = join(base, 'runs', 'one');
  await createRunFolder(folder);
  await createRunFolder(folder);
  writeFileSync(join(folder, 'something'), '');
  await assert.rejects(createRunFolder(folder), /RunFolderError: .*runs\/one: the folder is not empty/);
  writeFileSync(join(base, 'file'), '');
  await assert.rejects(createRunFolder(join(base, 'file')), /cannot be made: a file is in the way/);
  await assert.rejects(createRunFolder(join(base, 'file', 'below')), /cannot be made: a file is in the way/);
});

test(
  'a folder that may not be made is one sentence',
  { skip: process.platform !== 'linux' && 'needs /proc' },
  async () => {
    // Nobody can make a folder there, not even root.
    await assert.rejects(createRunFolder('/proc/dropscope'), /RunFolderError: \/proc\/dropscope: .*\(E[A-Z]+\)$/);
  },
);

test('run.json and vocab.json come back as written', async () => {
  await writeRunRecord(base, record);
  assert.deepEqual(await readRunRecord(base), record);
  await writeVocabularyFile(base, ['xxunk', '\n']);
  assert.deepEqual(await readVocabularyFile(base), ['xxunk', '\n']);
});

test('what is no run folder is refused in words', async () => {
  await assert.rejects(readRunRecord(base), /run\.json: this is not a run folder/);
  for (const [text, pattern] of [
    ['{"version":', /not JSON/],
    ['null', /not the record of a run/],
    ['{"version": 2}', /version 2 is newer/],
    ['{"version": 1}', /config, status or pid is missing/],
  ] as const) {
    writeFileSync(join(base, 'run.json'), text);
    await assert.rejects(readRunRecord(base), pattern);
  }
});

test('running with a dead process is shown as interrupted', () => {
  const dead = deadPid();
  assert.equal(shownStatus(record), 'running');
  assert.equal(shownStatus({ ...record, pid: dead }), 'interrupted');
  assert.equal(shownStatus({ ...record, pid: dead, status: 'paused' }), 'interrupted');
  assert.equal(shownStatus({ ...record, pid: dead, status: 'done' }), 'done');
});

test('a number used again by another process is not the same process', { skip: process.platform !== 'linux' }, () => {
  assert.equal(isAlive(thisProcess()), true);
  assert.equal(isAlive({ pid: process.pid, startTime: '1' }), false);
});

test('one owner at a time; after release the next', async () => {
  const lock = await lockRunFolder(base);
  await assert.rejects(lockRunFolder(base), new RegExp(`process ${process.pid} is training in this folder`));
  await lock.release();
  await lock.release();
  const next = await lockRunFolder(base);
  await next.release();
  assert.equal(existsSync(join(base, 'run.lock')), false);
});

test('the lock of a killed process is taken over, also by many at once only once', async () => {
  const module = new URL('../../../src/engine/checkpoints/runLock.ts', import.meta.url).href;
  const code = `const { lockRunFolder } = await import(${JSON.stringify(module)});
    await lockRunFolder(${JSON.stringify(base)}); console.log('locked'); setInterval(() => 0, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout, 'data');
  await assert.rejects(lockRunFolder(base), new RegExp(`process ${owner.pid} is training`));
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const tried = await Promise.allSettled(Array.from({ length: 8 }, () => lockRunFolder(base)));
  assert.equal(tried.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('an unreadable lock counts while it may still be written; one from elsewhere is left alone', async () => {
  const path = join(base, 'run.lock');
  writeFileSync(path, '');
  await assert.rejects(lockRunFolder(base), /taking this run over right now/);
  utimesSync(path, 1, 1);
  await (await lockRunFolder(base)).release();
  writeFileSync(path, JSON.stringify({ pid: 1, startTime: null, machine: 'elsewhere' }));
  await assert.rejects(lockRunFolder(base), /in use by process 1 on elsewhere; .* delete/);
  assert.match(readFileSync(path, 'utf8'), /elsewhere/);
});
