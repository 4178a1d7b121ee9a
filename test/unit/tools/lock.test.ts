// The lock of the tools: one holder at a time, also when one is killed and many wait.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { withLock } from '../../../tools/lock.ts';
import { scratch } from '../../support/scratch.ts';

const module = JSON.stringify(new URL('../../../tools/lock.ts', import.meta.url).href);

/** A process that does this while it holds the lock. */
function holder(t: TestContext, file: string, work: string): ChildProcess {
  const code = `const { withLock } = await import(${module});
    const { readFile, writeFile } = await import('node:fs/promises');
    const { setTimeout } = await import('node:timers/promises');
    await withLock(${JSON.stringify(file)}, async () => { ${work} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

test('many that wait for one that is killed hold the lock one after another', async (t) => {
  const folder = await scratch(t);
  const [file, counter] = [path.join(folder, 'some.mutex'), path.join(folder, 'counter')];
  await writeFile(counter, '0');
  const killed = holder(t, file, "process.stdout.write('held'); await setTimeout(600_000);");
  await once(killed.stdout!, 'data');
  // Two at once would read the same number.
  const count = `const n = Number(await readFile(${JSON.stringify(counter)}, 'utf8'));
    await setTimeout(50);
    await writeFile(${JSON.stringify(counter)}, String(n + 1));`;
  const waiting = Array.from({ length: 4 }, () => once(holder(t, file, count), 'exit'));
  killed.kill('SIGKILL');
  assert.deepEqual(
    (await Promise.all(waiting)).map(([code]) => code as unknown),
    [0, 0, 0, 0],
  );
  assert.equal(await readFile(counter, 'utf8'), '4');
});

test('work that fails gives the lock back', async (t) => {
  const file = path.join(await scratch(t), 'some.mutex');
  await assert.rejects(
    withLock(file, () => Promise.reject(new Error('no disk'))),
    /no disk/,
  );
  assert.equal(await withLock(file, () => Promise.resolve(7)), 7);
});

test('a file that an ended process left behind holds nobody up', { timeout: 60_000 }, async (t) => {
  const file = path.join(await scratch(t), 'some.mutex');
  await writeFile(file, '');
  assert.equal(await withLock(file, () => Promise.resolve(7)), 7);
});
