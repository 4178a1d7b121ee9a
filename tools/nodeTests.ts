// Runs test files with node:test, prints each test as it ends, and counts them. A file that cannot be loaded, or that ends
// with tests pending, is a failure of its own.
import { globSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { finished } from 'node:stream/promises';
import { root } from './paths.ts';
import type { Tally } from './tally.ts';

export interface TestGroup {
  readonly title: string;
  /** Relative to the checkout. */
  readonly globs: readonly string[];
  /** Test files that run at the same time. */
  readonly concurrency: number;
  /** Milliseconds after which a single test fails. */
  readonly timeout: number;
}

interface Outcome {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly details: { readonly type?: string };
}

/** Runs every file of a group; resolves when the last has ended. */
export async function runTests(group: TestGroup, tally: Tally): Promise<void> {
  const files = globSync([...group.globs], { cwd: root }).map((file) => path.join(root, file));
  if (files.length === 0) {
    tally.fail(`${group.title}: no test file matches ${group.globs.join(' ')}`);
    return;
  }
  console.log(`\n${group.title}`);
  const events = run({ files, concurrency: group.concurrency, timeout: group.timeout, cwd: root });
  events.on('test:pass', (outcome: Outcome) => {
    if (outcome.details.type === 'suite') return;
    if (outcome.skip !== undefined && outcome.skip !== false) tally.skip(outcome.name, reasonOf(outcome.skip));
    else tally.pass();
  });
  events.on('test:fail', (outcome: Outcome) => {
    if (outcome.details.type !== 'suite') tally.fail(`${outcome.name} (${path.relative(root, outcome.file ?? '')})`);
  });
  const printed = events.compose(spec);
  printed.on('data', (text: string | Buffer) => process.stdout.write(withoutSummary(text.toString())));
  await finished(printed, { writable: false });
}

function reasonOf(skip: string | boolean): string {
  return typeof skip === 'string' && skip !== '' ? skip : 'no reason given';
}

/** The reporter's own counts would only be a group's; ours close the whole run. */
function withoutSummary(text: string): string {
  return text.replace(/^.*ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+.*\n/gmu, '');
}
