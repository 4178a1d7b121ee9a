/** Asks the engine to hold every promise against real steps: for the command and for the language-model tool. */
import * as vscode from 'vscode';
import { settings } from '../contributions.ts';
import type { VerifyRequest, VerifyResult } from '../shared/jobContract.ts';
import type { Services } from './services.ts';
import { pathIn, workspaceBase } from './workspacePath.ts';

/** Steps that are looked at when nobody says how many. */
export const VERIFY_STEPS = 5;
const MOST_STEPS = 10_000;

/**
 * `argument` is {config?: file or object, corpus?: files, steps?: number}; without a config the preset "small", without a
 * corpus the config's own or a made-up text. Rejects with the engine's sentence.
 */
export async function verifyPromises({ engine, activity }: Services, argument: unknown): Promise<VerifyResult> {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('verifying waits until you trust this workspace'));
  return activity.track(engine.request('verify', verifyRequest(argument)));
}

function verifyRequest(argument: unknown): VerifyRequest {
  const { config, corpus = [], steps = VERIFY_STEPS } = (argument ?? {}) as Record<string, unknown>;
  if (!Array.isArray(corpus)) throw new Error('verify: corpus must be an array of files or folders');
  if (!Number.isInteger(steps) || Number(steps) < 1 || Number(steps) > MOST_STEPS) {
    throw new Error(`verify: steps is ${JSON.stringify(steps)}, expected a whole number from 1 to ${MOST_STEPS}`);
  }
  const wishes = vscode.workspace.getConfiguration();
  const backend = wishes.get<string>(settings.backend) ?? 'auto';
  const nativePath = wishes.get<string>(settings.nativePath) ?? '';
  const isFile = typeof config === 'string' || config instanceof vscode.Uri;
  return {
    corpus: corpus.map(pathIn),
    base: workspaceBase(),
    steps: Number(steps),
    ...(config === undefined || config === null
      ? {}
      : isFile
        ? { configFile: pathIn(config) }
        : { config: config as Record<string, unknown> }),
    ...(backend === 'auto' ? {} : { overrides: { backend } }),
    ...(nativePath === '' ? {} : { nativePath }),
  };
}
