/**
 * Asks for the tensors in view: at most four times a second, one request at a time, nothing while the page is hidden.
 * Wishes do not queue: however many come in between, the next request is for what is wanted then.
 */
import type { Window } from '../../src/shared/engineContract.ts';
import { Disconnected } from '../../src/shared/rpc.ts';
import type { HostClient } from './connection.ts';
import { selectedSite, type Store } from './store.ts';

const SHORTEST_PAUSE_MS = 250;
/** Enough for every cell of a 512 x 128 weight when all of it is shown. */
const MOST_CELLS = 65_536;

export class Pull {
  private readonly client: HostClient;
  private readonly store: Store;
  private readonly wantedWindow: () => Window | undefined;
  private wanted = false;
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastMs = -Infinity;

  /** `wantedWindow` says which cells of the selected weight are needed; undefined: all of them. */
  constructor(client: HostClient, store: Store, wantedWindow: () => Window | undefined) {
    this.client = client;
    this.store = store;
    this.wantedWindow = wantedWindow;
    document.addEventListener('visibilitychange', () => this.plan());
  }

  /** What is shown may be old: ask for it again as soon as that is allowed. */
  request(): void {
    this.wanted = true;
    this.plan();
  }

  private plan(): void {
    if (!this.wanted || this.busy || this.timer !== undefined || document.hidden) return;
    const pause = Math.max(0, this.lastMs + SHORTEST_PAUSE_MS - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!document.hidden) void this.ask();
    }, pause);
  }

  private async ask(): Promise<void> {
    const { summary, description } = this.store.get();
    const site = selectedSite(this.store.get());
    this.wanted = false;
    if (!summary || !description || !site) return;
    this.busy = true;
    this.lastMs = performance.now();
    const run = summary.id;
    const window = this.wantedWindow();
    const where = { run, name: site.name, maxCells: MOST_CELLS };
    try {
      const [tensors, batch] = await Promise.all([
        site.kind === 'weight'
          ? this.client.request('weight', window ? { ...where, window } : where).then((weight) => ({ weight }))
          : this.client.request('mask', where).then((mask) => ({ mask })),
        this.client.request('batch', { run }),
      ]);
      const now = this.store.get();
      // An answer for a run or site that is no longer shown would put a picture under another's name.
      if (now.summary?.id === run && now.selected === site.name) this.store.set({ ...tensors, batch, trouble: '' });
    } catch (error) {
      if (!(error instanceof Disconnected))
        this.store.set({ trouble: error instanceof Error ? error.message : String(error) });
    } finally {
      this.busy = false;
      this.plan();
    }
  }
}
