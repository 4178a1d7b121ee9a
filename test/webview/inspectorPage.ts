/**
 * Opens the inspector in Chromium as a webview would: the built page under the host's policy, the theme's variables and
 * body classes, and a stand-in for the host that answers from a recorded run. Collects whatever the console says.
 */
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { webviewHtml } from '../../src/host/webviewHtml.ts';
import { launchChromium } from '../../tools/chromium.ts';
import { decode } from './recordedRun.ts';
import { themes, type ThemeName } from './themes.ts';

const root = path.join(import.meta.dirname, '../..');

/** For anything on a page to be there: many times what it takes on a quiet machine. */
const LONGEST_MS = 180_000;

/** The recorded run, encoded as `open` takes it, and read. */
export const recordedText = await readFile(path.join(root, 'test/fixtures/recordedRun/run.json'), 'utf8');
export const recorded = decode(recordedText);

export interface Opened {
  readonly page: Page;
  /** Errors, warnings and policy violations, in order. */
  readonly complaints: string[];
}

/** A question of the page to its host. */
interface Asked {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>> | null;
  /** On the page's own clock. */
  readonly ms: number;
}

/** How a page is looked at: CSS pixels, screen pixels to one of them, and what the system asks for. */
interface Look {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  readonly media?: NonNullable<Parameters<Page['emulateMedia']>[0]>;
}

/** One server and one browser for a test file. */
export class InspectorPages {
  private readonly server: Server;
  private readonly browser: Browser;
  private readonly stub: string;

  private constructor(server: Server, browser: Browser, stub: string) {
    this.server = server;
    this.browser = browser;
    this.stub = stub;
  }

  static async start(): Promise<InspectorPages> {
    const out = await mkdtemp(path.join(tmpdir(), 'dropscope-page-'));
    await build({
      entryPoints: {
        inspector: path.join(root, 'webview/inspector/main.ts'),
        preview: path.join(root, 'webview/preview/main.ts'),
        checkpoint: path.join(root, 'webview/checkpoint/main.ts'),
      },
      outdir: out,
      bundle: true,
      format: 'iife',
      target: 'chrome128',
      minify: true,
    });
    const stub = await build({
      entryPoints: [path.join(import.meta.dirname, 'page/stubHost.ts')],
      bundle: true,
      format: 'iife',
      write: false,
    });
    const server = createServer((request, response) => {
      const name = new URL(request.url ?? '/', 'http://page').pathname;
      if (['/inspector', '/preview', '/checkpoint'].includes(name)) {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(
          webviewHtml({
            cspSource: "'self'",
            script: `${name.slice(1)}.js`,
            styles: [`${name.slice(1)}.css`],
            icons: 'codicon.css',
            language: 'en',
            title: 'Dropscope',
          }),
        );
        return;
      }
      const folder = name.startsWith('/codicon') ? path.join(root, 'node_modules/@vscode/codicons/dist') : out;
      readFile(path.join(folder, path.basename(name))).then(
        (data) => {
          response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
          response.end(data);
        },
        () => {
          // A browser asks for an icon that no webview has.
          response.statusCode = name === '/favicon.ico' ? 204 : 404;
          response.end();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchChromium();
    return new InspectorPages(server, browser, stub.outputFiles[0]?.text ?? '');
  }

  /** Opens the inspector; `run` is an encoded recorded run, `before` runs in the page before its own script. */
  async open(run: string, { before = '', ...look }: Look & { before?: string } = {}): Promise<Opened> {
    return this.openPage('inspector', look, `window.recordedRun = ${JSON.stringify(run)};\n${this.stub}\n${before}`);
  }

  /**
   * The inspector with the recorded run, once all of its newest step is drawn: at first pictures, verdicts, text, gradients
   * and kept steps come one by one, later ones of a step together, in one frame.
   */
  async openDrawn(options: Parameters<InspectorPages['open']>[1] = {}): Promise<Opened> {
    const opened = await this.open(recordedText, options);
    await opened.page.locator('#pane-mask[aria-label*="step"]').waitFor();
    // What is asked last.
    const read = '#reach:not([aria-label*="being read"], [aria-label*="not recorded"])';
    await opened.page.locator(read).waitFor({ state: 'attached' });
    await opened.page.evaluate('document.fonts.ready');
    return opened;
  }

  /** The preview of masks; what it sends to its host is kept in `window.sent`. */
  async openPreview(look: Look = {}): Promise<Opened> {
    const host = 'window.acquireVsCodeApi = () => ({ postMessage: (message) => window.sent.push(message) });';
    return this.openPage('preview', look, `window.sent = []; ${host}`);
  }

  /** The page of a file of weights; `before` runs in the page and sends what it wants through `window.toHost`. */
  async openCheckpoint(
    before: string,
    look: Look,
    toHost: (page: Page, message: string) => Promise<void>,
  ): Promise<Opened> {
    return this.openPage('checkpoint', look, before, (page) =>
      page.exposeFunction('toHost', (message: string) => toHost(page, message)),
    );
  }

  private async openPage(
    name: 'inspector' | 'preview' | 'checkpoint',
    { theme = 'dark', width = 1400, height = 900, scale = 1, media = {} }: Look,
    before: string,
    prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Opened> {
    const page = await this.browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
    page.setDefaultTimeout(LONGEST_MS);
    await page.emulateMedia(media);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await prepare(page);
    await page.addInitScript(before);
    await page.addInitScript(themes[theme].apply);
    const { port } = this.server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/${name}`);
    return { page, complaints };
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What the page asked its host for so far, in order: everything, or by one method. */
export async function asked(page: Page, method?: string): Promise<Asked[]> {
  const all = await page.evaluate<Asked[]>('stubHost.asked');
  return all.filter((one) => method === undefined || one.method === method);
}

/** The cells of the table that T opens for a picture or a text, row by row; it is closed again. */
export async function tableOf(page: Page, selector: string): Promise<string[][]> {
  await page.locator(selector).focus();
  await page.keyboard.press('t');
  const rows = page.locator('dialog tbody tr');
  await rows.first().waitFor();
  const body = await rows.evaluateAll((lines) =>
    lines.map((line) =>
      [...(line as { cells: Iterable<{ textContent: string }> }).cells].map((cell) => cell.textContent),
    ),
  );
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  return body;
}

/** Waits until an expression is true in the page. */
export async function until(page: Page, condition: string): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (!(await page.evaluate<boolean>(condition))) {
    if (performance.now() > end) throw new Error(`not within ${LONGEST_MS / 60_000} minutes: ${condition}`);
    await page.waitForTimeout(20);
  }
}
