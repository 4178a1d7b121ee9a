/** What is to be done about the native backend: asked of a person, or read from what a script gave. */
import * as vscode from 'vscode';
import { pathIn } from '../../host/workspacePath.ts';
import { holdsNative } from '../../supervisor/native/nativeFolder.ts';
import { installedQuestion, installQuestion, type Question } from './consentText.ts';

/** `libtensorflow`: the folder of a TensorFlow that is there already. */
export type NativeWish = { readonly remove: true } | { readonly remove: false; readonly libtensorflow?: string };

const DOWNLOAD: NativeWish = { remove: false };

/**
 * A script's argument, which is its consent: {libtensorflow?: folder, remove?: boolean}.
 * @throws a sentence for anything else
 */
export function readNativeWish(argument: unknown): NativeWish {
  if (typeof argument !== 'object' || argument === null)
    throw new Error(`native backend: expected {libtensorflow, remove}, found ${JSON.stringify(argument)}`);
  const { libtensorflow, remove = false, ...rest } = argument as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new Error(`native backend: unknown key "${unknown}" (libtensorflow and remove are known)`);
  if (typeof remove !== 'boolean')
    throw new Error(`native backend: remove is ${JSON.stringify(remove)}, expected true or false`);
  if (remove && libtensorflow !== undefined)
    throw new Error('native backend: libtensorflow goes with installing, not with remove');
  if (remove) return { remove };
  return libtensorflow === undefined ? DOWNLOAD : { remove, libtensorflow: pathIn(libtensorflow) };
}

/** Nothing is fetched without this answer; undefined when the person would rather not. */
export async function askNativeWish(folder: string): Promise<NativeWish | undefined> {
  const { t } = vscode.l10n;
  const [again, remove] = [t('Install Again…'), t('Remove')];
  if (holdsNative(folder)) {
    const answer = await ask(installedQuestion(folder, t), again, remove);
    if (answer === remove) return { remove: true };
    if (answer !== again) return undefined;
  }
  const [download, existing] = [t('Download and Install'), t('Use a TensorFlow on This Machine…')];
  const answer = await ask(installQuestion(folder, t), download, existing);
  if (answer === download) return DOWNLOAD;
  return answer === existing ? askFolder() : undefined;
}

async function askFolder(): Promise<NativeWish | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t(
        'Where is the TensorFlow? (site-packages/tensorflow of a Python, or an unpacked libtensorflow)',
      ),
      openLabel: vscode.l10n.t('Use This Folder'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return chosen && { remove: false, libtensorflow: chosen.fsPath };
}

function ask({ message, detail }: Question, ...answers: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(message, { modal: true, detail }, ...answers);
}
