/** Installs and removes the native backend beside a running editor: with progress, and with the engine set right after. */
import * as vscode from 'vscode';
import { settings } from '../../contributions.ts';
import type { Services } from '../../host/services.ts';
import { installNative, removeNative } from '../../supervisor/native/installNative.ts';
import { tryNative } from '../../supervisor/native/tryNative.ts';

/** Ends an installation that is under way: the person cancelled it, or the editor is being closed. */
export class Cancelled extends Error {
  constructor() {
    super(vscode.l10n.t('cancelled: nothing was changed'));
    this.name = 'Cancelled';
  }
}

/** What was done, for scripts, and what a person is told. */
export interface NativeOutcome {
  readonly folder: string;
  readonly installed: boolean;
  readonly message: string;
}

/**
 * Fetches, builds and tries it; the folder is as it was when that fails.
 * @throws a sentence, or {@link Cancelled}
 */
export async function install(
  services: Services,
  folder: string,
  libtensorflow: string | undefined,
  closing: AbortSignal,
): Promise<NativeOutcome> {
  const { t } = vscode.l10n;
  const { log, context } = services;
  const entry = vscode.Uri.joinPath(context.extensionUri, 'dist', 'engine.cjs').fsPath;
  const options = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: t('Native backend'),
  };
  const works = await vscode.window.withProgress(options, async (progress, token) => {
    const cancelled = new AbortController();
    const listening = token.onCancellationRequested(() => cancelled.abort(new Cancelled()));
    const signal = AbortSignal.any([cancelled.signal, closing]);
    const say = (message: string): void => {
      log.info(`native backend: ${message}`);
      progress.report({ message });
    };
    try {
      let found = '';
      const trial = async (aside: string): Promise<void> => {
        const { peakGflops, threads } = await tryNative(entry, aside, signal);
        found = t('{0} GFLOP/s on {1} threads', peakGflops.toFixed(0), threads);
      };
      await installNative({ folder, libtensorflow, trial, say, signal });
      return found;
    } finally {
      listening.dispose();
    }
  });
  await renewEngine(services);
  log.info(`native backend: installed in ${folder}, ${works}`);
  return { folder, installed: true, message: t('The native backend works ({0}). {1}', works, whatNext(services)) };
}

/** Removes it; an engine that has loaded it is replaced first. A run that may be using it is not disturbed. */
export async function remove(services: Services, folder: string): Promise<NativeOutcome> {
  const { t } = vscode.l10n;
  const { live } = services.runs;
  if (live) throw new Error(t('{0} is {1} and may be using it: stop it first', live.name, live.status));
  await renewEngine(services);
  const removed = await removeNative(folder);
  const message = removed
    ? t('The native backend was removed. Training goes on with the embedded one.')
    : t('There is no native backend in {0}.', folder);
  return { folder, installed: false, message };
}

/** An engine that rests is started afresh. One with a run in hand looks again by itself when the next run starts. */
async function renewEngine({ engine, runs, activity }: Services): Promise<void> {
  if (engine.pid === undefined || runs.live) return;
  await activity.track(engine.restart());
}

function whatNext({ runs }: Services): string {
  const { t } = vscode.l10n;
  const wanted = vscode.workspace.getConfiguration().get<string>(settings.backend) ?? 'auto';
  if (wanted !== 'auto' && wanted !== 'tensorflow')
    return t('The setting {0} says {1}: choose auto to use it.', settings.backend, wanted);
  if (runs.live) return t('{0} goes on as it is; the next run uses it.', runs.live.name);
  return t('The next run uses it.');
}
