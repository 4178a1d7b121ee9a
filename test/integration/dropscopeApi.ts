// The extension's public API (docs/contracts.md, section 6), written down as another extension would that relies on it.
import * as vscode from 'vscode';

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly folder: string;
  readonly last?: (Readonly<Record<string, unknown>> & { readonly step: number }) | undefined;
}

export interface DropscopeApi {
  runs(): readonly Run[];
  onDidChangeRuns(listener: () => void): vscode.Disposable;
  whenIdle(): Promise<void>;
  readTensor(runId: string, name: string): Promise<{ shape: number[]; data: Float32Array }>;
}

/** Activates the extension if need be. */
export async function dropscope(): Promise<DropscopeApi> {
  const extension = vscode.extensions.getExtension<DropscopeApi>('dropscope.dropscope');
  if (extension === undefined) throw new Error('the extension dropscope.dropscope is not installed');
  return extension.activate();
}

/** The workspace folder that is open. */
export function workspace(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('no workspace folder is open');
  return folder.uri;
}

/** Some texts of the sample corpus. */
export function sampleTexts(count: number): vscode.Uri[] {
  return Array.from({ length: count }, (_, index) =>
    vscode.Uri.joinPath(workspace(), 'corpus', `ca${String(index + 1).padStart(2, '0')}`),
  );
}

/** Trains through the command; resolves to the run's id once training has started. */
export async function train(options: { corpus: vscode.Uri[]; config?: unknown; steps?: number }): Promise<string> {
  return vscode.commands.executeCommand<string>('dropscope.train', options);
}

/** Resolves with the run as soon as the condition holds; watches the API's own event. */
export async function runWhere(id: string, holds: (run: Run) => boolean): Promise<Run> {
  const api = await dropscope();
  const find = (): Run | undefined => api.runs().find((run) => run.id === id && holds(run));
  return new Promise((resolve) => {
    const subscription = api.onDidChangeRuns(check);
    function check(): void {
      const run = find();
      if (run === undefined) return;
      subscription.dispose();
      resolve(run);
    }
    check();
  });
}
