// A VS Code workbench on screen without a person: the server, a workspace, and a Chromium page that shows it. The smoke run
// and the tests in the real VS Code drive it through this handle.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { startServer, type SessionOptions } from './serverSession.ts';

export interface WorkbenchOptions extends SessionOptions {
  /** The folder that is opened. */
  readonly workspace: string;
  /** The extension's folder, loaded in development mode. */
  readonly extension?: string;
  /** A bundled test module that exports `run()`, run in the extension host. */
  readonly tests?: string;
}

export interface Workbench {
  readonly page: Page;
  /** Uncaught errors, console errors and CSP violations of the page since its start that are not known noise. */
  readonly problems: readonly string[];
  /** Runs a command of the palette by its full title, such as "Dropscope: Open Inspector". */
  readonly command: (title: string) => Promise<void>;
  /** Chooses the entry of an open quick pick that contains this text. */
  readonly pick: (text: string) => Promise<void>;
  /** The webview frame that holds an element matching the selector; waits for it (milliseconds). */
  readonly webview: (selector: string, timeout: number) => Promise<Frame>;
  readonly screenshot: (file: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What a VS Code without marketplace, accounts and network always complains about, whatever extension it runs. */
const noise = [
  /net::ERR_|Failed to load resource|Failed to fetch|getaddrinfo|ENOTFOUND|ECONNREFUSED/,
  /authentication provider/,
  /\[lifecycle\] Long running operations during shutdown/, // of the workbench itself, when the page is reloaded
  /Aborted onWillSaveTextDocument-event/, // likewise, where the machine is busy
  /IndexedDB database 'vscode-web-db' is closed/, // likewise
  /marketplace|gallery|open-vsx|extensions control manifest/i,
  /A bad HTTP response code \(404\) was received when fetching the script/, // the service worker of code-server's own wrapper
];

/** For the workbench to stand or to answer: many times what it takes on a quiet machine. */
const LONGEST_MS = 180_000;

/** Opens a workspace in the VS Code server and shows it in Chromium, 1400 x 900; resolves once the workbench stands. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const server = await startServer(options);
  const browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const problems: string[] = [];
  const note = (text: string, where = ''): void => {
    if (!noise.some((pattern) => pattern.test(text))) problems.push(where === '' ? text : `${text} (${where})`);
  };
  page.on('pageerror', (error) => note(`uncaught: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/i.test(message.text()))
      note(message.text(), message.location().url);
  });

  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  try {
    await page.goto(server.address(options));
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: LONGEST_MS });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    page,
    problems,
    command: (title) => runCommand(page, title),
    pick: (text) => pickEntry(page, text),
    webview: (selector, timeout) => findFrame(page, selector, timeout),
    screenshot: async (file) => {
      await mkdir(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file });
    },
    close,
  };
}

/**
 * The palette lists what was known when it was opened, and it closes when a page that has just been shown takes the focus:
 * it is opened again until the command was there and could be clicked. On a busy machine what is late looks the same, so
 * each time has longer than the one before.
 */
async function runCommand(page: Page, title: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type=text]');
  const row = page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: title }).first();
  let why: unknown;
  for (let timeout = 2000; timeout < 30_000; timeout += 1500) {
    await page.keyboard.press('F1');
    try {
      await input.fill(`>${title}`, { timeout });
      await row.waitFor({ timeout });
      await row.click({ timeout });
      return;
    } catch (error) {
      why = error;
      await page.keyboard.press('Escape');
    }
  }
  throw new Error(`"${title}" could not be chosen in the command palette`, { cause: why });
}

/** Not before the palette has given way to the pick: it may list a command that contains the same words. */
async function pickEntry(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type=text]');
  const deadline = performance.now() + LONGEST_MS;
  while ((await input.inputValue()).startsWith('>')) {
    if (performance.now() > deadline)
      throw new Error(`the palette stayed open where a choice of "${text}" was expected`);
    await page.waitForTimeout(100);
  }
  await input.fill(text);
  await page
    .locator('.quick-input-widget .monaco-list-row')
    .filter({ hasText: text })
    .first()
    .waitFor({ timeout: LONGEST_MS });
  await page.keyboard.press('Enter');
}

async function findFrame(page: Page, selector: string, timeout: number): Promise<Frame> {
  const deadline = performance.now() + timeout;
  while (performance.now() < deadline) {
    for (const frame of page.frames()) {
      // A frame may go away between being listed and being asked; the next round lists what is there then.
      const count = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (frame !== page.mainFrame() && count > 0) return frame;
    }
    await page.waitForTimeout(200);
  }
  throw new Error(`no webview showed ${selector} within ${String(timeout)} ms`);
}
