/**
 * Reads the picture of the tensor that is shown, and the tiles that come into view while one pans and zooms: one request
 * at a time, answers for another tensor are dropped, an answer that is coarser than wished is not asked for again.
 */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import type { TileWish } from '../shared/tileWish.ts';
import type { Window } from '../../src/shared/engineContract.ts';
import { sentenceOf } from '../../src/shared/sentenceOf.ts';

export type AskPicture = (name: string, window: Window | undefined, maxCells: number) => Promise<CheckpointPicture>;

/** Cells of the first picture of all of a tensor. */
const FIRST_CELLS = 512 * 512;
/** Whoever walks along the tree wants the tensor they stop at. */
const STOPPED_MS = 80;

export class PicturePull {
  private readonly ask: AskPicture;
  private readonly receive: (picture: CheckpointPicture) => void;
  private readonly refuse: (why: string) => void;
  private name = '';
  private wish: TileWish | null = null;
  private busy = false;
  private answered = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: AskPicture, receive: (picture: CheckpointPicture) => void, refuse: (why: string) => void) {
    this.ask = ask;
    this.receive = receive;
    this.refuse = refuse;
  }

  /** Shows a tensor from the beginning; "" shows none. */
  start(name: string): void {
    this.name = name;
    this.wish = null;
    this.answered = '';
    clearTimeout(this.timer);
    if (name !== '') this.timer = setTimeout(() => void this.read(name, undefined), STOPPED_MS);
  }

  /** What the view lacks now; null when it lacks nothing. */
  want(wish: TileWish | null): void {
    this.wish = wish && keyOf(wish) !== this.answered ? wish : null;
    if (this.wish && !this.busy) void this.read(this.name, this.wish);
  }

  private async read(name: string, wish: TileWish | undefined): Promise<void> {
    this.busy = true;
    if (wish) this.answered = keyOf(wish);
    try {
      const picture = await this.ask(name, wish?.window, wish?.maxCells ?? FIRST_CELLS);
      if (name === this.name) this.receive(picture);
    } catch (error) {
      if (name === this.name) this.refuse(sentenceOf(error));
    } finally {
      this.busy = false;
    }
  }
}

function keyOf({ window, maxCells }: TileWish): string {
  return [window.row, window.rows, window.col, window.cols, maxCells].join();
}
