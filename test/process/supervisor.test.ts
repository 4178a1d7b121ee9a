import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { EngineExit } from '../../src/supervisor/engineSupervisor.ts';
import { scratch } from '../support/scratch.ts';
import { engine, engineEntry, eventually, processIsThere, request, tinyConfig, writeText } from './engineHarness.ts';

/** What an idle engine may take to answer, many times what one takes on a busy machine; and what one at work takes. */
const PATIENCE_MS = 1000;
const HELD_MS = 2500;
const quickly = { most: 3, withinMs: 300_000, firstPauseMs: 20 };

test('a killed engine is started again, then it stays down and says so, until it is restarted by hand', async (t) => {
  const { supervisor, log } = engine(t, { restarts: quickly });
  const exits: EngineExit[] = [];
  supervisor.onDidExit((info) => exits.push(info));
  const pids = new Set<number>();
  for (let death = 1; death <= 4; death++) {
    const { pid } = await supervisor.request('hello', null);
    pids.add(pid);
    process.kill(pid, 'SIGKILL');
    await eventually('the exit is told', () => exits.length === death);
  }
  assert.equal(pids.size, 4);
  assert.deepEqual(
    exits.map(({ restartInMs }) => restartInMs),
    [20, 40, 80, null],
  );
  assert.ok(exits.every(({ signal, code }) => signal === 'SIGKILL' && code === null));
  assert.match(exits[3]!.sentence, /4 times in 5 minutes and stays down/);
  await assert.rejects(supervisor.request('hello', null), /stays down/);
  assert.ok(log.some(({ level, message }) => level === 'error' && message.includes('stays down')));
  await supervisor.restart();
  assert.ok(processIsThere((await supervisor.request('hello', null)).pid));
});

test('it comes back by itself after the pause, and says so', async (t) => {
  const { supervisor } = engine(t, { restarts: quickly });
  const { pid } = await supervisor.request('hello', null);
  const back = new Promise<number>((resolve) => supervisor.onDidStart((hello) => resolve(hello.pid)));
  process.kill(pid, 'SIGKILL');
  assert.notEqual(await back, pid);
});

test('what is asked while the engine dies is rejected', async (t) => {
  const folder = await scratch(t);
  const { supervisor } = engine(t);
  const { pid } = await supervisor.request('hello', null);
  // Held, so that it cannot have answered before it dies.
  process.kill(pid, 'SIGSTOP');
  const start = supervisor.request('start', request(path.join(folder, 'run'), await writeText(folder)));
  await setImmediate();
  process.kill(pid, 'SIGKILL');
  await assert.rejects(start, /the other side is gone/);
});

test('an engine that hangs is ended after its grace', async (t) => {
  const { supervisor } = engine(t, { restarts: quickly, heartbeatMs: 100, graceMs: 300 });
  const { pid } = await supervisor.request('hello', null);
  const exit = new Promise<EngineExit>((resolve) => supervisor.onDidExit(resolve));
  process.kill(pid, 'SIGSTOP');
  assert.match((await exit).sentence, /did not answer for \d+ s and was ended/);
  await eventually('it is gone', () => !processIsThere(pid));
});

test('an engine that computes is not taken for a hung one', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t, { heartbeatMs: 100, graceMs: PATIENCE_MS });
  const config = { ...tinyConfig, steps: 100_000 };
  const { pid } = await supervisor.request('hello', null);
  await supervisor.request('start', request(path.join(folder, 'run'), await writeText(folder), { config }));
  await until(({ status }) => status === 'running');
  // As in a step that takes longer than an idle engine may take to answer.
  process.kill(pid, 'SIGSTOP');
  await delay(HELD_MS);
  process.kill(pid, 'SIGCONT');
  assert.equal((await supervisor.request('hello', null)).pid, pid);
});

test('an engine whose answer could not be heard, for this side was held, is not taken for a hung one', async (t) => {
  const { supervisor } = engine(t, { heartbeatMs: 100, graceMs: PATIENCE_MS });
  const { pid } = await supervisor.request('hello', null);
  // A sign of life is asked for and not given, until this side is held, before anything that comes is looked at.
  process.kill(pid, 'SIGSTOP');
  await delay(250);
  await setImmediate();
  process.kill(pid, 'SIGCONT');
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end);
  assert.equal((await supervisor.request('hello', null)).pid, pid);
});

test('an engine in the middle of a job is not taken for a hung one', async (t) => {
  const folder = await scratch(t);
  const busy = path.join(folder, 'busy.cjs');
  // Shakes hands, and computes without looking up when it is asked for a job.
  await writeFile(
    busy,
    `process.on('message', ({ id, method }) => {
      const end = Date.now() + (method === 'hello' ? 0 : ${HELD_MS});
      while (Date.now() < end);
      process.send({ jsonrpc: '2.0', id, result: { protocol: 1, version: '', pid: process.pid, node: '' } });
    });`,
  );
  const { supervisor } = engine(t, { entry: busy, heartbeatMs: 100, graceMs: PATIENCE_MS });
  const { pid } = await supervisor.request('hello', null);
  await supervisor.request('verify', { corpus: [], base: folder, steps: 1 });
  assert.equal(supervisor.pid, pid);
});

test('an engine that is slow to start is not taken for a hung one', async (t) => {
  const folder = await scratch(t);
  const slow = path.join(folder, 'slow.cjs');
  const source = await readFile(engineEntry, 'utf8');
  await writeFile(slow, `{ const end = Date.now() + ${HELD_MS}; while (Date.now() < end); }\n${source}`);
  const restarts = { ...quickly, most: 0 };
  const { supervisor } = engine(t, { entry: slow, heartbeatMs: 100, graceMs: PATIENCE_MS, restarts });
  assert.ok(processIsThere((await supervisor.request('hello', null)).pid));
});

test('an engine of another protocol is refused in a sentence and not started again', async (t) => {
  const folder = await scratch(t);
  const source = await readFile(engineEntry, 'utf8');
  const other = path.join(folder, 'engine.cjs');
  await writeFile(other, source.replace(/protocol:\s*[\w$]+/, 'protocol:99'));
  const { supervisor } = engine(t, { entry: other });
  await assert.rejects(
    supervisor.request('hello', null),
    /speaks protocol 99, this side 1: they are of different builds/,
  );
  await assert.rejects(supervisor.request('hello', null), /protocol 99/);
});

test('an engine that is not there, and one that fails at once, are told in words', async (t) => {
  const folder = await scratch(t);
  const missing = engine(t, { entry: path.join(folder, 'none.cjs') });
  await assert.rejects(missing.supervisor.request('hello', null), /none\.cjs is missing/);
  const broken = path.join(folder, 'broken.cjs');
  await writeFile(broken, 'console.error("cannot find the kernel"); process.exit(3);');
  const { supervisor, log } = engine(t, { entry: broken, restarts: { ...quickly, most: 0 } });
  await assert.rejects(supervisor.request('hello', null), /ended unexpectedly with exit code 3/);
  await eventually('its last words are logged', () => log.some(({ message }) => message === 'cannot find the kernel'));
});

test('a million floats cross in both value and number, owned by whoever asked', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t);
  const config = {
    ...tinyConfig,
    emb_sz: 16,
    n_hid: 500,
    weight_drop: { names: ['weight_hh_l0'] },
    steps: 1,
    lr: 1e-3,
  };
  await supervisor.request('start', request(path.join(folder, 'run'), await writeText(folder), { config }));
  await until(({ status }) => status === 'done');
  const tensor = () => supervisor.request('tensor', { run: 'run', name: '0.rnns.0.weight_hh_l0_raw' });
  await tensor();
  const began = performance.now();
  const { shape, data } = await tensor();
  t.diagnostic(`${data.length} floats in ${(performance.now() - began).toFixed(1)} ms`);
  assert.deepEqual(shape, [2000, 500]);
  assert.equal(data.length, 1_000_000);
  assert.equal(data.buffer.byteLength, 4_000_000);
  assert.ok(data.every((value) => Math.abs(value) <= 1 / Math.sqrt(500) + 1e-6));
});
