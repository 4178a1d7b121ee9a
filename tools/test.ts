// `npm test`: prepares what the tests need, runs every one of them, and ends with one line of counts. `--soak` runs the long
// forms too.
import { buildAll } from './build.ts';
import { launchChromium } from './chromium.ts';
import { runChecks } from './checks.ts';
import { ensureNative } from './native.ts';
import { runTests, type TestGroup } from './nodeTests.ts';
import { say } from './progress.ts';
import { Tally } from './tally.ts';
import { ensureServer } from './vscodeServer.ts';
import { sentenceOf } from '../src/shared/sentenceOf.ts';

const minute = 60_000;
const groups: readonly TestGroup[] = [
  {
    title: 'units and reference numbers',
    globs: ['test/{unit,golden}/**/*.test.ts'],
    concurrency: 2,
    timeout: 30 * minute,
  },
  {
    title: 'engine process and command line',
    globs: ['test/process/**/*.test.ts'],
    concurrency: 1,
    timeout: 30 * minute,
  },
  { title: 'pages in Chromium', globs: ['test/webview/**/*.test.ts'], concurrency: 1, timeout: 30 * minute },
  { title: 'the real VS Code', globs: ['test/integration/**/*.test.ts'], concurrency: 1, timeout: 60 * minute },
  { title: 'measurements', globs: ['test/bench/**/*.test.ts'], concurrency: 1, timeout: 60 * minute },
  { title: 'the package', globs: ['test/package/**/*.test.ts'], concurrency: 1, timeout: 30 * minute },
];

const tally = new Tally();

/** A part that cannot even begin is one failure with its reason, and the others still run. */
async function attempt(title: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.log(`✖ ${title}: ${sentenceOf(error)}`);
    tally.fail(title);
  }
}

if (process.argv.includes('--soak')) process.env['DROPSCOPE_SOAK'] = '1';
await attempt('build', buildAll);
await attempt('Chromium', async () => (await launchChromium()).close());
await attempt('VS Code server', ensureServer);
const native = await ensureNative();
if (native.folder !== undefined) process.env['DROPSCOPE_NATIVE'] = native.folder;
say(`native backend: ${native.folder ?? `absent, its tests are skipped (${native.reason})`}`);

await attempt('checks', () => runChecks(tally));
for (const group of groups) await attempt(group.title, () => runTests(group, tally));

console.log(`\n${tally.summary()}`);
process.exitCode = tally.failures.length === 0 ? 0 : 1;
