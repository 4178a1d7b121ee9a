/**
 * Reads the cells that come into view while one pans and zooms, as tiles of at most 512 x 512 of the step that is shown.
 * One request at a time; a tile that has left the view before it came is cancelled.
 */
import { CancellationTokenSource } from 'vscode-jsonrpc/browser';
import type { WeightView, Window } from '../../src/shared/engineContract.ts';
import { Disconnected } from '../../src/shared/rpc.ts';
import type { HostClient } from './connection.ts';
import type { Store } from './store.ts';
import type { TileWish } from '../shared/tileWish.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';

const PAUSE_MS = 60;

export class TilePull {
  private readonly client: HostClient;
  private readonly store: Store;
  private readonly receive: (view: WeightView) => void;
  private wish: TileWish | null = null;
  private inFlight: { readonly wish: TileWish; readonly source: CancellationTokenSource } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastMs = -Infinity;
  /** What was answered last: an answer that is coarser than wished is not asked for again. */
  private answered = '';

  /** `receive` gets an answer whose step, run and tensor are still those shown. */
  constructor(client: HostClient, store: Store, receive: (view: WeightView) => void) {
    this.client = client;
    this.store = store;
    this.receive = receive;
  }

  /** What the view lacks now; null when it lacks nothing. */
  want(wish: TileWish | null): void {
    this.wish = wish && this.keyOf(wish) !== this.answered ? wish : null;
    if (this.inFlight && (!wish || !overlap(this.inFlight.wish.window, wish.window))) this.inFlight.source.cancel();
    this.plan();
  }

  private plan(): void {
    if (!this.wish || this.inFlight || this.timer !== undefined || document.hidden) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        if (this.wish && !document.hidden) void this.ask(this.wish);
      },
      Math.max(0, this.lastMs + PAUSE_MS - performance.now()),
    );
  }

  private async ask(wish: TileWish): Promise<void> {
    const { summary, selected, weight } = this.store.get();
    if (!summary || !weight) return;
    const source = new CancellationTokenSource();
    this.inFlight = { wish, source };
    this.wish = null;
    this.lastMs = performance.now();
    const key = this.keyOf(wish);
    const request = {
      run: summary.id,
      name: selected,
      window: wish.window,
      maxCells: wish.maxCells,
      step: weight.step,
    };
    try {
      const view = await this.client.request('weight', request, source.token);
      const now = this.store.get();
      // A step that was dropped meanwhile is answered with its neighbour: not a tile of this picture.
      const same = now.summary?.id === summary.id && now.selected === selected && now.weight?.step === view.step;
      if (!same || source.token.isCancellationRequested) return;
      this.answered = key;
      this.receive(view);
    } catch (error) {
      if (!(error instanceof Disconnected) && !source.token.isCancellationRequested)
        this.store.set({ trouble: sentenceOf(error) });
    } finally {
      this.inFlight = null;
      source.dispose();
      this.plan();
    }
  }

  private keyOf(wish: TileWish): string {
    const { summary, selected, weight } = this.store.get();
    return JSON.stringify([summary?.id, selected, weight?.step, wish]);
  }
}

function overlap(a: Window, b: Window): boolean {
  return a.row < b.row + b.rows && b.row < a.row + a.rows && a.col < b.col + b.cols && b.col < a.col + a.cols;
}
