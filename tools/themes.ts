// The themes that every picture is taken in, and how to switch between them: through the settings, as a person would.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

export interface Theme {
  /** Used in file names. */
  readonly name: string;
  /** Value of workbench.colorTheme. */
  readonly setting: string;
  /** The class that the workbench then carries. */
  readonly mark: string;
}

export const themes: readonly Theme[] = [
  { name: 'dark', setting: 'Default Dark Modern', mark: 'vs-dark' },
  { name: 'light', setting: 'Default Light Modern', mark: 'vs' },
  { name: 'hc', setting: 'Default High Contrast', mark: 'hc-black' },
  { name: 'hc-light', setting: 'Default High Contrast Light', mark: 'hc-light' },
];

/** Writes the theme into the workspace's settings and waits until the workbench wears it. */
export async function switchTheme(page: Page, workspace: string, theme: Theme): Promise<void> {
  await mkdir(path.join(workspace, '.vscode'), { recursive: true });
  const settings = JSON.stringify({ 'workbench.colorTheme': theme.setting }, null, 2);
  await writeFile(path.join(workspace, '.vscode/settings.json'), settings);
  await page.locator(`.monaco-workbench.${theme.mark}`).waitFor({ timeout: 20_000 });
  await page.waitForTimeout(1000); // webviews get their colours a moment later
}
