/** "Install Native Backend": asks first, shows how it goes, says what to do next; removes it again when it is there. */
import * as vscode from 'vscode';
import { commands, settings } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { ownNativeFolder } from '../../supervisor/native/nativeFolder.ts';
import { Cancelled, install, remove, type NativeOutcome } from './nativeBackend.ts';
import { askNativeWish, readNativeWish, type NativeWish } from './nativeWish.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';

export function register(services: Services): vscode.Disposable {
  const disposables = new Disposables();
  const closing = new AbortController();
  disposables.add({ dispose: () => closing.abort(new Cancelled()) });
  let underWay = false;

  const carryOut = async (wish: NativeWish): Promise<NativeOutcome> => {
    if (underWay) throw new Error(vscode.l10n.t('the native backend is being installed already'));
    underWay = true;
    try {
      const folder = ownNativeFolder();
      return await (wish.remove
        ? remove(services, folder)
        : install(services, folder, wish.libtensorflow, closing.signal));
    } finally {
      underWay = false;
    }
  };

  disposables.add(
    registerCommands({
      // Scripts give {libtensorflow, remove} and get what was done; a person is asked and told.
      [commands.installNativeBackend]: async (argument) => {
        requireTrust();
        if (argument !== undefined) return carryOut(readNativeWish(argument));
        const wish = await askNativeWish(ownNativeFolder());
        if (!wish) return undefined;
        try {
          const outcome = await carryOut(wish);
          tell(outcome);
          return outcome;
        } catch (error) {
          if (error instanceof Cancelled) return undefined;
          throw withConsolation(error);
        }
      },
    }),
  );
  return disposables;
}

function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  const { t } = vscode.l10n;
  throw new Error(t('native code waits until you trust this workspace (Workspaces: Manage Workspace Trust)'));
}

function tell({ message }: NativeOutcome): void {
  const open = vscode.l10n.t('Open Settings');
  const buttons = message.includes(settings.backend) ? [open] : [];
  void vscode.window.showInformationMessage(`Dropscope: ${message}`, ...buttons).then((choice) => {
    if (choice === open) void vscode.commands.executeCommand('workbench.action.openSettings', settings.backend);
  });
}

/** A failure says why, and that nothing is lost. */
function withConsolation(error: unknown): Error {
  const reason = sentenceOf(error);
  return new Error(vscode.l10n.t('native backend: {0}. Training goes on with the embedded one.', reason), {
    cause: error,
  });
}
