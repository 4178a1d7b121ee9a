/** Asks which model: a preset, or one of the workspace's config files. */
import * as vscode from 'vscode';
import { presets } from '../../shared/configPresets.ts';
import type { TrainConfig } from './trainJob.ts';

const CONFIG_FILES = '**/{dropscope.json,*.dropscope.json}';
const ELSEWHERE = '**/{node_modules,.dropscope}/**';
const MOST_FILES = 20;

interface Choice extends vscode.QuickPickItem {
  readonly config?: TrainConfig;
}

/** Undefined when the person left. */
export async function askConfig(): Promise<TrainConfig | undefined> {
  const files = await findConfigs();
  const separator = (label: string): Choice => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const choices: Choice[] = [
    separator(vscode.l10n.t('presets')),
    ...Object.entries(presets).map(([label, { description, config }]) => ({
      label,
      description,
      config: { object: config },
    })),
    ...(files.length > 0 ? [separator(vscode.l10n.t('configs of this workspace'))] : []),
    ...files.map((uri) => ({
      label: `$(settings-gear) ${vscode.workspace.asRelativePath(uri)}`,
      config: { file: uri.fsPath },
    })),
  ];
  const choice = await vscode.window.showQuickPick(choices, { title: vscode.l10n.t('Train: which model?') });
  return choice?.config;
}

/** One of the workspace's config files; asks only when there are several. */
export async function askConfigFile(): Promise<vscode.Uri | undefined> {
  const files = await findConfigs();
  if (files.length === 0) {
    throw new Error(vscode.l10n.t('no dropscope.json in this workspace (make one with "New Config")'));
  }
  if (files.length === 1) return files[0];
  const choice = await vscode.window.showQuickPick(
    files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })),
    { title: vscode.l10n.t('Train: with which config?') },
  );
  return choice?.uri;
}

async function findConfigs(): Promise<vscode.Uri[]> {
  const files = await vscode.workspace.findFiles(CONFIG_FILES, ELSEWHERE, MOST_FILES);
  return files.filter((uri) => uri.scheme === 'file').sort((a, b) => a.path.length - b.path.length);
}
