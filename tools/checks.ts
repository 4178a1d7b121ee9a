// What is checked without running the product: types, lint, formatting, unused code, circles of imports,
// the lock file. Each counts as one.
import path from 'node:path';
import { importCycles } from './importCycles.ts';
import { missingFromLock } from './lockfile.ts';
import { root } from './paths.ts';
import { run } from './processes.ts';
import type { Tally } from './tally.ts';

/** The title of each check and its commands: a program of node_modules/.bin and its arguments. */
const commands: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  [
    'types',
    [
      ['tsc', '-p', 'tsconfig.json'],
      ['tsc', '-p', 'webview/tsconfig.json'],
    ],
  ],
  ['lint', [['eslint', '.']]],
  ['format', [['prettier', '--check', '.']]],
  ['unused code', [['knip', '--no-progress']]],
];

/** Runs all checks one after another; the build must have run. Prints what a failing check says. */
export async function runChecks(tally: Tally): Promise<void> {
  console.log('\nchecks');
  for (const [title, parts] of commands) {
    const complaints: string[] = [];
    for (const [program = '', ...args] of parts) {
      const { code, output } = await run(path.join(root, 'node_modules/.bin', program), args, {
        cwd: root,
        timeout: 600_000,
      });
      if (code !== 0) complaints.push(output.trimEnd() || `exited with ${String(code)}`);
    }
    report(title, complaints, tally);
  }
  report('imports without circles', await importCycles(), tally);
  const absent = [...(await missingFromLock()).keys()];
  report(
    'lock file complete',
    absent.length === 0 ? [] : [`run node tools/lockfile.ts; missing: ${absent.join(', ')}`],
    tally,
  );
}

function report(title: string, complaints: readonly string[], tally: Tally): void {
  console.log(`${complaints.length === 0 ? '✔' : '✖'} ${title}`);
  for (const complaint of complaints) console.log(complaint);
  if (complaints.length === 0) tally.pass();
  else tally.fail(title);
}
