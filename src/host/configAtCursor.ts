/** The config that a place in a document belongs to, as the worker thread read it. */
import type * as vscode from 'vscode';
import type { ConfigInCode } from '../shared/lintContract.ts';
import type { CodeReader } from './codeReader.ts';

/** The one with the shortest range around the offset; among equals the first, which are calls. */
export function configAt(configs: readonly ConfigInCode[], offset: number): ConfigInCode | undefined {
  const length = ({ ranges }: ConfigInCode) =>
    Math.min(...ranges.filter(({ from, to }) => from <= offset && offset <= to).map(({ from, to }) => to - from));
  const around = configs.filter((config) => Number.isFinite(length(config)));
  return around.sort((a, b) => length(a) - length(b))[0];
}

/** Waits until the document as it stands has been read; at most five seconds. */
export async function whenRead(code: CodeReader, document: vscode.TextDocument): Promise<readonly ConfigInCode[]> {
  if (!code.current(document) && code.isReading(document)) {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      };
      const listener = code.onDidChange((changed) => {
        if (changed === document) done();
      });
      const timer = setTimeout(done, 5000);
    });
  }
  return code.current(document)?.configs ?? [];
}
