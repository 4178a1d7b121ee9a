/** Inlay hints, off by default: effective p after drop_mult, names of positional arguments. */
import * as vscode from 'vscode';
import { settings } from '../../contributions.ts';
import { codeSelector } from '../../host/codeReader.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';

export function register({ code }: Services): vscode.Disposable {
  const disposables = new Disposables();
  const changed = disposables.add(new vscode.EventEmitter<void>());
  disposables.add(code.onDidChange(() => changed.fire()));
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settings.inlayHints)) changed.fire();
    }),
  );
  disposables.add(
    vscode.languages.registerInlayHintsProvider(codeSelector, {
      onDidChangeInlayHints: changed.event,
      provideInlayHints(document, range) {
        if (!vscode.workspace.getConfiguration(undefined, document).get<boolean>(settings.inlayHints)) return [];
        const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
        const hints = code.current(document)?.hints ?? [];
        return hints
          .filter(({ at }) => from <= at && at <= to)
          .map(({ at, label, kind }) => {
            const type = kind === 'parameter' ? vscode.InlayHintKind.Parameter : vscode.InlayHintKind.Type;
            return new vscode.InlayHint(document.positionAt(at), label, type);
          });
      },
    }),
  );
  return disposables;
}
