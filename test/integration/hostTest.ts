// A test runner for code that runs inside the extension host, where node:test does not reach: tests are registered by the
// files of suite/, run one after another, and reported in a JSON file that the process outside reads.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HostReport } from './hostReport.ts';

/** Why a test could not be run here. */
export interface Skipped {
  readonly skipped: string;
}

type Body = () => Promise<Skipped | undefined | void>;

const tests: { name: string; body: Body }[] = [];
/** Beside the bundle of the suite: the environment does not reach every extension host. */
const reportFile = path.join(__dirname, 'report.json');
const longest = 600_000; // milliseconds for one test

/** Registers a test; its name says what must hold. */
export function hostTest(name: string, body: Body): void {
  tests.push({ name, body });
}

/** Keeps a measurement in the report; the process outside prints it. */
export function measured(text: string): void {
  report.measurements.push(text);
}

const report: HostReport = { finished: false, passed: [], skipped: [], failed: [], measurements: [] };

/** Runs all registered tests: what VS Code calls as the test module's entry. */
export async function run(): Promise<void> {
  for (const { name, body } of tests) {
    try {
      const outcome = await withTimeout(body());
      if (outcome) report.skipped.push({ name, reason: outcome.skipped });
      else report.passed.push(name);
    } catch (error) {
      report.failed.push({ name, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    writeFileSync(reportFile, JSON.stringify(report));
  }
  report.finished = true;
  writeFileSync(reportFile, JSON.stringify(report));
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${String(longest / 1000)} s`)), longest);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
