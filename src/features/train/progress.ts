/** Progress in the Runs view for as long as something trains; a paused run makes none. Cancelling stops the run. */
import * as vscode from 'vscode';
import { views } from '../../contributions.ts';
import type { Services } from '../../host/services.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';

export function showProgress({ runs, log }: Services): vscode.Disposable {
  let finish: (() => void) | undefined;
  const begin = () => {
    const location = { viewId: views.runs };
    // Made here: the callback runs only once the window has answered.
    const over = new Promise<void>((resolve) => (finish = resolve));
    void vscode.window.withProgress({ location, cancellable: true }, (_progress, token) => {
      token.onCancellationRequested(() => {
        const run = runs.live?.id;
        if (run === undefined) return;
        runs.halt(run, 'stop').catch((error: unknown) => log.warn(sentenceOf(error)));
      });
      return over;
    });
  };
  const end = () => {
    finish?.();
    finish = undefined;
  };
  const listening = runs.onDidChange(() => {
    if (runs.training && !finish) begin();
    else if (!runs.training) end();
  });
  return {
    dispose: () => {
      listening.dispose();
      end();
    },
  };
}
