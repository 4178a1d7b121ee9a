/** How smoothly the page drew while something was done to it in every frame. */
export interface Frames {
  readonly perSecond: number;
  /** Milliseconds between frames that one in twenty exceeds. */
  readonly p95: number;
}
