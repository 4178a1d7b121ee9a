/** What is shown of one tensor: its picture, the window on it and the cells in hand; draws once a frame. */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import type { CellPlace } from '../shared/cellPane.ts';
import type { PaneState, SteeredStore } from '../shared/panePointer.ts';
import type { Viewport } from '../shared/viewport.ts';

export interface TensorState extends PaneState {
  /** Null while it is being read. */
  readonly picture: CheckpointPicture | null;
  /** Why there is no picture, or "". */
  readonly trouble: string;
}

const nothing: TensorState = { picture: null, trouble: '', viewport: null, cursor: null, pin: null };

export class PaneStore implements SteeredStore {
  private state = nothing;
  private asked = false;
  private readonly draw: () => void;

  constructor(draw: () => void) {
    this.draw = draw;
  }

  get(): TensorState {
    return this.state;
  }

  set(change: {
    readonly picture?: CheckpointPicture | null;
    readonly trouble?: string;
    readonly viewport?: Viewport | null;
    readonly cursor?: CellPlace | null;
    readonly pin?: CellPlace | null;
  }): void {
    this.state = { ...this.state, ...change };
    this.redraw();
  }

  /** Another tensor: nothing of the last one may stay. */
  reset(): void {
    this.state = nothing;
    this.redraw();
  }

  redraw(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }
}
