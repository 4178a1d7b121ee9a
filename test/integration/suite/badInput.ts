// Bad input through the command: each ends in one sentence that names what is wrong, and leaves no run behind.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { dropscope, sampleTexts, train, workspace } from '../dropscopeApi.ts';
import { hostTest } from '../hostTest.ts';

interface Case {
  readonly what: string;
  /** What its sentence must name. */
  readonly sentence: RegExp;
  /** The corpus: a file with this content; without one, a good text. */
  readonly corpus?: string | Uint8Array;
  /** Keys beside a small model's, or the text of a config file. */
  readonly config?: Readonly<Record<string, unknown>> | string;
}

const small = { emb_sz: 16, n_hid: 16, n_layers: 1, bs: 4, bptt: 10, min_freq: 1 };
const bytes = Uint8Array.from({ length: 4096 }, (_, index) => (index * 37) % 256);

const cases: readonly Case[] = [
  { what: 'an empty corpus', sentence: /empty|no text|no token/i, corpus: '' },
  { what: 'a corpus shorter than bs x bptt', sentence: /bs|bptt|short/, corpus: 'a b c d e f', config: { bs: 64 } },
  { what: 'binary data', sentence: /UTF-8|binary/i, corpus: bytes },
  { what: 'an unknown key', sentence: /weight_pp.*weight_p/s, config: { weight_pp: 0.2 } },
  { what: 'p = 1.2', sentence: /weight_p.*1\.2/s, config: { weight_p: 1.2 } },
  { what: 'a config that is not JSON', sentence: /bad\.json/, config: '{ "bs": 16,, nonsense' },
];

async function write(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
  const folder = path.join(workspace().fsPath, 'bad');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), content);
  return vscode.Uri.file(path.join(folder, name));
}

async function refused(options: Parameters<typeof train>[0], sentence: RegExp): Promise<void> {
  const api = await dropscope();
  const before = api.runs().length;
  await assert.rejects(train(options), (error: Error) => {
    assert.match(error.message, sentence);
    assert.ok(!/\n\s+at /.test(error.message), `a stack trace in: ${error.message}`);
    return true;
  });
  await api.whenIdle();
  assert.equal(api.runs().length, before, 'a run was left behind');
}

for (const { what, sentence, corpus, config } of cases)
  hostTest(`${what} is refused in one sentence`, async () => {
    const texts = corpus === undefined ? sampleTexts(1) : [await write('bad.txt', corpus)];
    const settings = typeof config === 'string' ? await write('bad.json', config) : { ...small, ...config };
    await refused({ corpus: texts, config: settings }, sentence);
  });

hostTest('a missing file is refused in one sentence', () =>
  refused({ corpus: [vscode.Uri.joinPath(workspace(), 'nowhere.txt')], config: small }, /nowhere\.txt/),
);
