/** Trains some steps through the ordinary command and waits for their numbers. */
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { isTraining, type RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { pathIn } from '../../host/workspacePath.ts';

/** {corpus?, config?, steps}: files relative to the workspace. Cancelling stops the run; its checkpoint is kept. */
export async function trainSteps(
  { runs }: Services,
  { corpus = [], config, steps }: Readonly<Record<string, unknown>>,
  token: vscode.CancellationToken,
): Promise<unknown> {
  if (!Array.isArray(corpus)) throw new Error('train: corpus must be an array of files or folders');
  const id = await vscode.commands.executeCommand<string>(commands.train, {
    corpus: corpus.map(pathIn),
    steps,
    ...(config === undefined ? {} : { config: typeof config === 'string' ? pathIn(config) : config }),
  });
  const run = await new Promise<RunState | undefined>((resolve) => {
    const cancelled = token.onCancellationRequested(() => void runs.halt(id, 'stop').catch(() => undefined));
    const check = () => {
      const state = runs.get(id);
      if (state && isTraining(state.status)) return;
      listener.dispose();
      cancelled.dispose();
      resolve(state);
    };
    const listener = runs.onDidChange(check);
    check();
  });
  const { latest, latestEval } = run ?? {};
  return {
    run: id,
    status: run?.status,
    message: run?.message,
    step: { value: run?.step, unit: 'steps' },
    loss: { value: latest?.loss, unit: 'nats per token' },
    perplexity: { value: latest?.ppl, unit: 'exp(cross-entropy)' },
    validPerplexity: { value: latestEval?.ppl ?? null, unit: 'exp(cross-entropy)' },
    gradientNorm: { value: latest?.grad_norm, unit: 'L2, before clipping' },
  };
}
