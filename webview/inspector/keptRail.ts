/**
 * A faint rail under the axis of steps: a tick for each step whose tensors are still held, so that one sees how far back
 * the pictures can follow, with the memory they take and may take in words.
 */
import { prepare } from '../shared/canvas.ts';
import { css } from '../shared/colour.ts';
import { element, setText } from '../shared/dom.ts';
import { count, fixed, integer } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import type { KeptSteps } from '../../src/shared/stepContract.ts';
import { attachTable } from '../shared/dataTable.ts';
import type { PageState, Store } from './store.ts';

const HEIGHT = 6;
const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
const WHY_FEWER = 'Looking at a step can make it take more memory; others are then let go.';

export class KeptRail {
  readonly root: HTMLElement;
  private readonly canvas = element('canvas', {
    id: 'kept',
    role: 'img',
    tabindex: 0,
    'aria-label': 'Steps kept: none yet',
  });
  /** The bound, for the line over the charts, and in a narrow page for a line of its own. */
  readonly words = element('span', { class: 'second small wide number' });
  readonly narrowWords = element('p', { class: 'caption thin' });

  constructor(store: Store) {
    const name = element('span', { class: 'second rail-name wide', 'aria-hidden': 'true' }, 'kept');
    this.root = element('div', { class: 'rail' }, name, this.canvas);
    attachTable(this.canvas, () => {
      const { kept } = store.get();
      if (!kept) return null;
      return {
        title: keptInWords(kept, store.get().history.lastStep),
        head: ['kept step'],
        body: Array.from(kept.steps, (step) => [integer(step)]),
      };
    });
  }

  /** `pixelOf` is where the charts above have a step. */
  update({ kept, history, summary }: PageState, width: number, pixelOf: (step: number) => number): void {
    const pen = prepare(this.canvas, width, HEIGHT);
    const text = kept ? keptInWords(kept, history.lastStep) : '';
    this.root.classList.toggle('blank', !kept || history.length === 0);
    setText(this.words, text);
    setText(this.narrowWords, text);
    const none = summary && summary.step > 0 ? 'Steps kept: being asked for' : 'Steps kept: none yet';
    this.canvas.setAttribute('aria-label', text || none);
    const why = text && kept?.where === 'memory' ? `${text}.\n${WHY_FEWER}` : text;
    for (const shown of [this.canvas, this.words, this.narrowWords]) shown.title = why;
    if (!kept || history.length === 0) return;
    const { muted, grid } = currentPalette();
    pen.fillStyle = css(grid);
    pen.fillRect(pixelOf(1), 2, Math.max(1, pixelOf(history.lastStep) - pixelOf(1)), 1);
    pen.fillStyle = css(muted);
    let last = -1;
    for (const step of kept.steps) {
      const x = Math.round(pixelOf(step));
      if (x === last) continue;
      pen.fillRect(x - 1, 0, 1, 5);
      last = x;
    }
  }
}

/** The step kept nearest to `step`, or null when none is. */
export function nearestKept(kept: KeptSteps | null, step: number): number | null {
  let nearest: number | null = null;
  for (const candidate of kept?.steps ?? [])
    if (nearest === null || Math.abs(candidate - step) <= Math.abs(nearest - step)) nearest = candidate;
  return nearest;
}

/** "steps kept: 212 of 300, 180 MB of 256 MB"; of a run whose engine is gone, those in its folder. */
function keptInWords({ steps, bytes, limitBytes, every, where }: KeptSteps, last: number): string {
  const memory = `${memoryInWords(bytes)} of ${memoryInWords(limitBytes)}`;
  const sparse = every > 1 ? `, one step in ${count(every, 'step').split(' ')[0]} lately` : '';
  const place = where === 'folder' ? ' in the run folder' : '';
  return `steps kept${place}: ${integer(steps.length)} of ${integer(last)}, ${memory}${sparse}`;
}

/** "180 MB", "3.0 MB", and of a small model "40 kB": what is held is never written as nothing. */
function memoryInWords(bytes: number): string {
  if (bytes < MEGABYTE) return `${integer(Math.ceil(bytes / KILOBYTE))} kB`;
  return bytes < 10 * MEGABYTE ? `${fixed(bytes / MEGABYTE, 1)} MB` : `${integer(bytes / MEGABYTE)} MB`;
}
