/** The worker thread that reads code, so that typing never waits for it. Built to dist/lint.cjs. */
import { parentPort } from 'node:worker_threads';
import { analyse, readDocument, type ReadDocument } from './lint/analyse.ts';
import { descriptionsOf, hintsOf, lensesOf } from './lint/describe.ts';
import { jsonConfig, pythonConfigs } from './lint/previews.ts';
import { kindOfFile } from './lint/sourceDocument.ts';
import type { LintAnswer, LintRequest, LintResult } from './shared/lintContract.ts';

/** The last states of the open documents, for parsing on top of; the oldest leave first. */
const last = new Map<string, ReadDocument>();
const KEPT = 20;

parentPort?.on('message', (request: LintRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer({ id, key, file, text }: LintRequest): LintAnswer {
  try {
    return { id, result: read(key, file, text) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function read(key: string, file: string, text: string): LintResult {
  const document = readDocument({ file, text }, last.get(key));
  last.delete(key);
  const findings = analyse({ file, text }, document);
  if (!document) {
    const configs = kindOfFile(file) === 'config' ? [jsonConfig(text)] : [];
    return { findings, descriptions: [], hints: [], lenses: [], configs };
  }
  last.set(key, document);
  for (const oldest of last.keys()) if (last.size > KEPT) last.delete(oldest);
  return {
    findings,
    descriptions: descriptionsOf(document),
    hints: hintsOf(document),
    lenses: lensesOf(document),
    configs: pythonConfigs(document),
  };
}
