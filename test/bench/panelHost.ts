/**
 * The inspector as it is in VS Code, but for VS Code: a real engine process, the host's own stores and answers, and the built
 * page in Chromium, with the messages of a webview between them. For what only shows while all of it runs for long.
 */
import { registerHooks } from 'node:module';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import type { CDPSession, Page } from 'playwright-core';
import type * as vscode from 'vscode';
import type { StartRequest } from '../../src/shared/engineContract.ts';
import type { PageNotifications, PageRequests } from '../../src/shared/pageContract.ts';
import { EngineSupervisor } from '../../src/supervisor/engineSupervisor.ts';
import { InspectorPages } from '../webview/inspectorPage.ts';

/** Bytes in use after a collection: objects, and the memory of typed arrays. */
export interface PanelSample {
  readonly step: number;
  readonly page: number;
  readonly host: number;
}

/** Stands in for what the host's stores use of VS Code: events. */
const VSCODE = `data:text/javascript,export class EventEmitter {
  #listeners = new Set();
  event = (listener) => { this.#listeners.add(listener); return { dispose: () => this.#listeners.delete(listener) }; };
  fire(value) { for (const listener of [...this.%23listeners]) listener(value); }
  dispose() { this.#listeners.clear(); }
}`.replaceAll('#', '%23');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: VSCODE, format: 'module', shortCircuit: true } : next(specifier, context),
});

/** In the page, before its own script: messages wait until the host listens; typed arrays travel as base64. */
const LINE = `
const waiting = [];
window.acquireVsCodeApi = () => ({
  postMessage: (message) => (window.toHost ? window.toHost(JSON.stringify(message)) : waiting.push(JSON.stringify(message))),
  getState: () => null,
  setState: () => undefined,
});
window.hostListens = () => waiting.splice(0).forEach((text) => window.toHost(text));
window.fromHost = (text) => {
  const data = JSON.parse(text, (key, value) => {
    if (typeof value !== 'object' || value === null || !('base64' in value)) return value;
    const bytes = Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
    return new window[value.array](bytes.buffer);
  });
  window.dispatchEvent(new MessageEvent('message', { data }));
};`;

/** What the page's end of the line is called there. */
interface PageEnd {
  fromHost(text: string): void;
  hostListens(): void;
}

export interface OpenPanel {
  readonly page: Page;
  readonly engine: EngineSupervisor;
  /** The run's newest step, as the host knows it, and whether it has ended. */
  readonly now: () => { readonly step: number; readonly ended: boolean };
  readonly sample: () => Promise<PanelSample>;
  readonly dispose: () => Promise<void>;
}

/** Starts a run as the extension does, with its panel open. `recorded`: any recorded run; the page never asks for it. */
export async function openPanel(request: StartRequest, recorded: string): Promise<OpenPanel> {
  const [{ RunStore }, { newRun }, { ShownRun }, { Activity }, { VerdictStore }, { pageHandlers }, { PageFeed }] =
    await Promise.all([
      import('../../src/host/runStore.ts'),
      import('../../src/host/runState.ts'),
      import('../../src/host/shownRun.ts'),
      import('../../src/host/activity.ts'),
      import('../../src/host/verdictStore.ts'),
      import('../../src/features/inspector/pageServer.ts'),
      import('../../src/features/inspector/pageFeed.ts'),
    ]);
  const { connectWebview } = await import('../../src/host/webviewTransport.ts');
  const { createServer } = await import('../../src/shared/rpc.ts');
  const entry = path.join(import.meta.dirname, '../../dist/engine.cjs');
  const engine = new EngineSupervisor({ entry, log: () => undefined });
  const activity = new Activity();
  const runs = new RunStore(engine);
  const shown = new ShownRun(runs);
  const log = { debug: () => undefined, warn: () => undefined } as unknown as vscode.LogOutputChannel;
  const verdicts = new VerdictStore({ engine, runs, activity, log });
  const id = path.basename(request.folder);
  runs.begin(newRun(id, id, request.folder, Date.now()));
  shown.show(id);

  const pages = await InspectorPages.start();
  const { page } = await pages.open(recorded, { before: LINE });
  const receivers = new Set<(message: unknown) => void>();
  const webview = {
    postMessage: async (message: unknown) => {
      await page.evaluate((text) => (globalThis as unknown as PageEnd).fromHost(text), encode(message));
      return true;
    },
    onDidReceiveMessage: (receive: (message: unknown) => void) => {
      receivers.add(receive);
      return { dispose: () => receivers.delete(receive) };
    },
  } as unknown as vscode.Webview;
  const services = { engine, activity, runs, shown, verdicts, log } as unknown as Parameters<typeof pageHandlers>[0];
  const server = createServer<PageRequests, PageNotifications>(
    connectWebview(webview),
    pageHandlers(services, () => feed),
  );
  const feed = new PageFeed({ runs, activity, visible: () => true, notify: (...told) => server.notify(...told) });
  runs.onDidChange((change) => feed.changed(change));
  await page.exposeFunction('toHost', (text: string) => {
    for (const receive of receivers) receive(JSON.parse(text));
  });
  await page.evaluate(() => (globalThis as unknown as PageEnd).hostListens());
  const dispose = async (): Promise<void> => {
    for (const part of [feed, server, verdicts, shown, runs, engine]) part.dispose();
    await pages.stop();
  };
  try {
    runs.describe(id, await engine.request('start', request));
  } catch (error) {
    await dispose();
    throw error;
  }
  const devtools = await page.context().newCDPSession(page);
  return {
    page,
    engine,
    now: () => {
      const run = runs.get(id);
      return { step: run?.step ?? 0, ended: run !== undefined && ['done', 'stopped', 'failed'].includes(run.status) };
    },
    sample: async () => ({ step: runs.get(id)?.step ?? 0, page: await pageBytes(devtools), host: hostBytes() }),
    dispose,
  };
}

async function pageBytes(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const usage = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
  return usage.usedSize + (usage.backingStorageSize ?? 0);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function hostBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** JSON with typed arrays as {"array": kind, "base64": bytes}. */
function encode(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { array: value.constructor.name, base64: bytes.toString('base64') };
  });
}
