import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { installNative, removeNative } from '../../../src/supervisor/native/installNative.ts';
import { findLibtensorflow, linkLibtensorflow } from '../../../src/supervisor/native/libtensorflow.ts';
import { holdsNative, ownNativeFolder } from '../../../src/supervisor/native/nativeFolder.ts';
import { environmentOutsideNpm, lastWords } from '../../../src/supervisor/native/runTool.ts';

let scratch = '';
const pathBefore = process.env['PATH'];

before(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'dropscope-native-test-'));
});
after(async () => {
  process.env['PATH'] = pathBefore;
  await rm(scratch, { recursive: true, force: true });
});

/** The trial of a package that does what it should. */
const passes = () => Promise.resolve();

/** A program that stands in for npm, by itself on the path but for the shell it is written in. */
async function npm(script: string): Promise<void> {
  const bin = path.join(scratch, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(bin, 'npm'), 0o755);
  process.env['PATH'] = `${bin}:/usr/bin:/bin`;
}

test('the folder is the one that is named, else the usual place of the system', () => {
  const home = path.resolve('/home/ada');
  const of = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string =>
    ownNativeFolder({ platform, home, environment });
  assert.equal(of('linux', { DROPSCOPE_NATIVE: '/there' }), path.resolve('/there'));
  assert.equal(of('linux', {}), path.join(home, '.local/share/dropscope/native'));
  assert.equal(of('linux', { XDG_DATA_HOME: '/data' }), path.join('/data', 'dropscope/native'));
  assert.equal(of('darwin', {}), path.join(home, 'Library/Application Support/dropscope/native'));
  assert.equal(of('win32', { LOCALAPPDATA: '/local' }), path.join('/local', 'dropscope/native'));
});

test('what a program says is told in its one line that says most', () => {
  for (const [said, told] of [
    ['npm warn x\nnpm error code EACCES\nnpm error A log is in: /log\n', 'code EACCES'],
    [
      'npm error code E\nnpm error FetchError: request to http://r/p failed, reason: connect ECONNREFUSED 127.0.0.1:9\nnpm error     at x',
      'request to http://r/p failed, reason: connect ECONNREFUSED 127.0.0.1:9',
    ],
    [
      "      throw er; // Unhandled 'error' event\n\nError: getaddrinfo ENOTFOUND host\n    at y\nnpm error code 1\n",
      'getaddrinfo ENOTFOUND host',
    ],
    ['gyp info ok\ngyp ERR! build error\ngyp ERR! stack Error: not found: make\n', 'not found: make'],
    ['one\ntwo\n\n', 'two'],
    ['', 'it said nothing'],
  ])
    assert.equal(lastWords(said!), told);
});

test('a folder without a tensorflow is refused with what is missing', async () => {
  assert.throws(
    () => findLibtensorflow('/nowhere'),
    /^Error: \/nowhere: it does not exist \(give the folder of a tensorflow\)/,
  );
  const folder = path.join(scratch, 'tensorflow');
  await mkdir(path.join(folder, 'include/tensorflow/c'), { recursive: true });
  await writeFile(path.join(folder, 'libtensorflow_cc.so.2'), '');
  assert.throws(
    () => findLibtensorflow(folder),
    /: it lacks libtensorflow_framework and include\/tensorflow\/c\/c_api\.h \(it holds include, libtensorflow_cc\.so\.2/,
  );
  await writeFile(path.join(folder, 'libtensorflow_framework.so.2'), '');
  await writeFile(path.join(folder, 'include/tensorflow/c/c_api.h'), '');
  const packageFolder = path.join(scratch, 'package');
  await linkLibtensorflow(findLibtensorflow(folder), packageFolder);
  const lib = path.join(packageFolder, 'deps/lib');
  assert.deepEqual((await readdir(lib)).sort(), [
    'libtensorflow.so',
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so',
    'libtensorflow_framework.so.2',
  ]);
  assert.equal(await readlink(path.join(lib, 'libtensorflow.so')), path.join(folder, 'libtensorflow_cc.so.2'));
});

test('an installation that fails says why and leaves nothing', async () => {
  await npm('echo "npm error code EACCES"; exit 1');
  const folder = path.join(scratch, 'failed/native');
  const said: string[] = [];
  await assert.rejects(
    installNative({ folder, trial: passes, say: (message) => said.push(message) }),
    /^Error: npm install --ignore-scripts failed: code EACCES$/,
  );
  assert.deepEqual(said, ['installing @tensorflow/tfjs-node 4.22.0 by npm']);
  assert.deepEqual(await readdir(path.dirname(folder)), []);
});

test('without npm that is what is said', async () => {
  process.env['PATH'] = path.join(scratch, 'empty');
  const folder = path.join(scratch, 'without/native');
  await assert.rejects(
    installNative({ folder, trial: passes, say: () => undefined }),
    /npm: it is not found \(install Node\.js/,
  );
  assert.deepEqual(await readdir(path.dirname(folder)), []);
});

test('a cancelled installation ends at once and leaves nothing', async () => {
  await npm('sleep 60');
  const folder = path.join(scratch, 'cancelled/native');
  const cancelled = new AbortController();
  setTimeout(() => cancelled.abort(new Error('cancelled: nothing was changed')), 100);
  const began = Date.now();
  await assert.rejects(
    installNative({ folder, trial: passes, say: () => undefined, signal: cancelled.signal }),
    /nothing was changed/,
  );
  assert.ok(Date.now() - began < 10_000);
  assert.deepEqual(await readdir(path.dirname(folder)), []);
});

/** What stands in for npm when it does well. */
const INSTALLS =
  'p=node_modules/@tensorflow/tfjs-node; mkdir -p $p/scripts; echo {} > $p/package.json; echo > $p/scripts/install.js';

test('an installation takes its place only when it was tried, and can be removed', async () => {
  await npm(INSTALLS);
  const folder = path.join(scratch, 'good/native');
  const tried: string[] = [];
  const trial = (aside: string): Promise<void> => {
    assert.ok(holdsNative(aside));
    assert.ok(!holdsNative(folder));
    tried.push(aside);
    return Promise.resolve();
  };
  await installNative({ folder, trial, say: () => undefined });
  assert.ok(holdsNative(folder));
  assert.equal(tried.length, 1);
  await npm('exit 3');
  await assert.rejects(installNative({ folder, trial: passes, say: () => undefined }), /failed: it said nothing/);
  assert.ok(holdsNative(folder), 'the one before is still there');
  assert.equal(await removeNative(folder), true);
  assert.equal(await removeNative(folder), false);
  assert.deepEqual(await readdir(path.dirname(folder)), []);
});

test('what does not pass its trial, or is cancelled in it, leaves the one before', async () => {
  await npm(INSTALLS);
  const folder = path.join(scratch, 'tried/native');
  await installNative({ folder, trial: passes, say: () => undefined });
  await writeFile(path.join(folder, 'mark'), '');
  const wrong = () => Promise.reject(new Error('backend tensorflow: its self-test failed'));
  await assert.rejects(installNative({ folder, trial: wrong, say: () => undefined }), /its self-test failed/);
  const cancelled = new AbortController();
  const late = () => Promise.resolve(cancelled.abort(new Error('cancelled: nothing was changed')));
  await assert.rejects(
    installNative({ folder, trial: late, say: () => undefined, signal: cancelled.signal }),
    /nothing was changed/,
  );
  assert.deepEqual(await readdir(path.dirname(folder)), ['native']);
  assert.ok((await readdir(folder)).includes('mark'));
});

test('what a killed installation left is cleared away, what a living one is making is not', async () => {
  await npm(INSTALLS);
  const parent = path.join(scratch, 'left');
  const gone = spawnSync('true').pid;
  for (const name of [`native.new-${gone}`, `native.old-${gone}`, `native.new-${process.ppid}`, 'native.new-notes'])
    await mkdir(path.join(parent, name), { recursive: true });
  await installNative({ folder: path.join(parent, 'native'), trial: passes, say: () => undefined });
  assert.deepEqual((await readdir(parent)).sort(), ['native', `native.new-${process.ppid}`, 'native.new-notes'].sort());
});

test('a folder with anything else in it is never replaced', async () => {
  await npm('echo "npm was asked"; exit 1');
  const folder = path.join(scratch, 'home');
  await mkdir(folder);
  await writeFile(path.join(folder, 'thesis.txt'), 'years of work');
  const install = installNative({ folder, trial: passes, say: () => undefined });
  await assert.rejects(
    install,
    /home: it was not made by dropscope native install \(remove it by hand, or name another/,
  );
  assert.deepEqual(await readdir(folder), ['thesis.txt']);
});

test('programs are not told of the npm that runs us', () => {
  const before = {
    PATH: '/bin',
    npm_config_registry: 'https://r',
    npm_package_name: 'x',
    npm_config_local_prefix: '/y',
  };
  assert.deepEqual(environmentOutsideNpm(before), { PATH: '/bin', npm_config_registry: 'https://r' });
});

test('a folder that somebody else made is not removed', async () => {
  const folder = path.join(scratch, 'foreign');
  await mkdir(path.join(folder, 'node_modules/@tensorflow/tfjs-node'), { recursive: true });
  await writeFile(path.join(folder, 'node_modules/@tensorflow/tfjs-node/package.json'), '{}');
  await writeFile(path.join(folder, 'package.json'), '{ "name": "mine" }');
  await assert.rejects(
    removeNative(folder),
    /was not made by dropscope native install \(remove it by hand, or name another folder\)/,
  );
  assert.ok(holdsNative(folder));
});
