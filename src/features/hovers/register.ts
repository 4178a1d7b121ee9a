/** Hovers over dropout settings in Python: what is dropped, from which tensor, at which effective p. */
import * as vscode from 'vscode';
import { codeSelector } from '../../host/codeReader.ts';
import type { Services } from '../../host/services.ts';
import { hoverText } from './hoverText.ts';

export function register({ code }: Services): vscode.Disposable {
  return vscode.languages.registerHoverProvider(codeSelector, {
    provideHover(document, position) {
      const offset = document.offsetAt(position);
      const around = (code.current(document)?.descriptions ?? []).filter(
        ({ from, to }) => from <= offset && offset <= to,
      );
      const [description] = around.sort((a, b) => a.to - a.from - (b.to - b.from));
      if (!description) return undefined;
      const range = new vscode.Range(document.positionAt(description.from), document.positionAt(description.to));
      return new vscode.Hover(new vscode.MarkdownString(hoverText(description)), range);
    },
  });
}
