/**
 * Opens the page of a file of weights in Chromium with the engine's own answers behind it: what it asks is answered in this
 * process from the file, typed arrays and all.
 */
import type { Page } from 'playwright-core';
import { compareWithConfig } from '../../src/engine/checkpoints/compareWithConfig.ts';
import { examineCheckpoint } from '../../src/engine/checkpoints/forensics/examineCheckpoint.ts';
import { PictureTensors } from '../../src/engine/checkpoints/pictureTensors.ts';
import type { CheckpointPictureRequest } from '../../src/shared/checkpointContract.ts';
import type { InspectorPages, Opened } from './inspectorPage.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
}

export interface OpenedCheckpoint extends Opened {
  /** What the page asked its host to do, in order. */
  readonly asked: readonly Message[];
  /** Tells the page that the file has changed. */
  readonly change: () => Promise<void>;
}

/** The stub's half in the page: messages go to `toHost`, answers come as events, with typed arrays made anew. */
const stub = `
  const revived = (value) => {
    if (Array.isArray(value)) return value.map(revived);
    if (value === null || typeof value !== 'object') return value;
    if (typeof value.$array !== 'string') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revived(inner)]));
    const bytes = Uint8Array.from(atob(value.bytes), (letter) => letter.charCodeAt(0));
    return new globalThis[value.$array](bytes.buffer);
  };
  let state;
  window.fromHost = (message) => window.dispatchEvent(new MessageEvent('message', { data: revived(message) }));
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.toHost(JSON.stringify(message)),
    getState: () => state,
    setState: (next) => (state = next),
  });
`;

function packed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(packed);
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return { $array: value.constructor.name, bytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packed(inner)]));
}

/** `config` is what a person would choose when the page wants to compare. */
export async function openCheckpoint(
  pages: InspectorPages,
  file: string,
  { config = '', ...look }: Parameters<InspectorPages['openCheckpoint']>[1] & { config?: string } = {},
): Promise<OpenedCheckpoint> {
  const pictures = new PictureTensors();
  const asked: Message[] = [];
  const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
  const answer = async ({ method, params }: Message): Promise<unknown> => {
    if (method === 'view') return examineCheckpoint(file, never);
    if (method === 'picture') return pictures.picture({ ...(params as Omit<CheckpointPictureRequest, 'file'>), file });
    if (method === 'compare') return compareWithConfig(file, config);
    if (method === 'saveClean') return { file: '/chosen/clean.safetensors' };
    return null;
  };
  const listen = async (page: Page, text: string) => {
    const message = JSON.parse(text) as Message;
    asked.push(message);
    if (message.id === undefined) return;
    const reply = await answer(message).then(
      (result) => ({ result: packed(result) }),
      (error: Error) => ({ error: { code: 2, message: error.message } }),
    );
    const sent = JSON.stringify({ jsonrpc: '2.0', id: message.id, ...reply });
    await page.evaluate(`window.fromHost(${sent})`);
  };
  const opened = await pages.openCheckpoint(stub, look, listen);
  const change = async () => {
    await opened.page.evaluate(`window.fromHost({ jsonrpc: '2.0', method: 'changed', params: null })`);
  };
  return { ...opened, asked, change };
}
