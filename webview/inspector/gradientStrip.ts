/**
 * How far back the gradient reaches: the norm of the loss's slope at each time step of the batch and each layer, on a log
 * scale of whole decades, with the last steps that hold half and 99 % of it marked.
 */
import type { GradientView } from '../../src/shared/stepContract.ts';
import { prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, mix } from '../shared/colour.ts';
import { element } from '../shared/dom.ts';
import { count, integer, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { isNarrow } from './layout.ts';
import type { Store } from './store.ts';

const GUTTER = 28;
const TITLE = 16;
const ROW = 14;

const MOST_DECADES = 6;

interface Scale {
  readonly run: string;
  /** Powers of ten. */
  readonly top: number;
  readonly bottom: number;
}

export class GradientStrip {
  private readonly store: Store;
  private scale: Scale | null = null;
  readonly canvas = element('canvas', {
    id: 'reach',
    role: 'img',
    tabindex: 0,
    'aria-label': 'Gradient by time step: not recorded yet',
  });

  constructor(store: Store) {
    this.store = store;
    attachTable(this.canvas, () => this.table());
  }

  table(): Table | null {
    const view = this.store.get().gradients;
    return view ? tableOf(view) : null;
  }

  /** `layers` keeps the height while there are no numbers; `unit` is what a time step holds: word or character. */
  draw(run: string, view: GradientView | null, width: number, layers: number, unit: string): void {
    const rows = view?.timeNorms.length ?? layers;
    const pen = prepare(this.canvas, width, TITLE + Math.max(1, rows) * (ROW + 2));
    const palette = currentPalette();
    const length = view?.timeNorms[0]?.length ?? 0;
    if (!view || length === 0) {
      this.canvas.setAttribute('aria-label', 'Gradient by time step: not recorded yet');
      write(pen, 'The gradient by time step appears here', GUTTER, 8, palette.muted);
      return;
    }
    const scale = this.scaleFor(run, view);
    const decades = scale.top - scale.bottom;
    const paper = mix(palette.background, palette.foreground, 0.06);
    const cell = (width - GUTTER) / length;
    view.timeNorms.forEach((norms, layer) => {
      const top = TITLE + layer * (ROW + 2);
      write(pen, `l${layer}`, GUTTER - 8, top + ROW / 2, palette.muted, 'right');
      norms.forEach((norm, time) => {
        const tone = Math.max(0, Math.min(1, (Math.log10(norm) - scale.bottom) / decades));
        pen.fillStyle = css(Number.isFinite(norm) ? mix(paper, palette.sequential, tone || 0) : palette.bad);
        const left = Math.round(GUTTER + time * cell);
        pen.fillRect(left, top, Math.max(1, Math.round(GUTTER + (time + 1) * cell) - left - (cell > 3 ? 1 : 0)), ROW);
      });
      const half = view.halfLife[layer] ?? 0;
      const x = GUTTER + (length - half) * cell;
      pen.fillStyle = css(palette.background);
      pen.fillRect(Math.round(x) - 1, top, 3, ROW);
      verticalLine(pen, x, top, top + ROW, palette.foreground);
    });
    const reach = Math.max(...view.reach99);
    const x = Math.max(GUTTER + 1, GUTTER + (length - reach) * cell);
    verticalLine(pen, x - 1, 2, TITLE + rows * (ROW + 2), palette.foreground);
    this.label(
      pen,
      `log₁₀, 1e${scale.bottom} to 1e${scale.top}`.replaceAll('-', '\u2212'),
      view,
      width,
      x,
      reach,
      unit,
    );
    const halves = view.halfLife
      .map((steps, layer) => `half of layer ${layer} in the last ${integer(steps)}`)
      .join(', ');
    this.canvas.setAttribute(
      'aria-label',
      `Gradient of the loss by time step and layer at step ${integer(view.step)}: 99 % lies in the last ${integer(reach)} of ${integer(length)} ${unit}s, ${halves}; colours from ${significant(10 ** scale.bottom, 1)} to ${significant(10 ** scale.top, 1)}.`,
    );
  }

  /** Whole decades of the first step seen of a run, so that colours keep their meaning; wider only when that is left. */
  private scaleFor(run: string, { timeNorms }: GradientView): Scale {
    const norms = timeNorms.flatMap((values) => [...values].filter((norm) => norm > 0 && Number.isFinite(norm)));
    const held = this.scale?.run === run ? this.scale : null;
    const top = Math.max(held?.top ?? -Infinity, Math.ceil(Math.log10(Math.max(...norms, 1e-30))));
    const lowest = Math.max(top - MOST_DECADES, Math.floor(Math.log10(Math.min(...norms, 10 ** (top - 1)))));
    this.scale = { run, top, bottom: Math.min(held?.bottom ?? Infinity, lowest, top - 1) };
    return this.scale;
  }

  private label(
    pen: CanvasRenderingContext2D,
    scale: string,
    { step }: GradientView,
    width: number,
    x: number,
    reach: number,
    unit: string,
  ): void {
    const palette = currentPalette();
    const title = isNarrow()
      ? `gradient by layer, step ${integer(step)}`
      : `gradient by layer and time step, ${scale}, half-life │, step ${integer(step)}`;
    const within = `99 % within ${count(reach, unit)}`;
    const titleWidth = pen.measureText(title).width;
    const withinWidth = pen.measureText(within).width;
    // Beside its line where there is room, else at the right end.
    const left = x - 7 - withinWidth > GUTTER + titleWidth + 12 ? x - 7 - withinWidth : width - withinWidth;
    if (left > GUTTER + titleWidth + 8) write(pen, title, GUTTER + 4, 7, palette.muted);
    else write(pen, `gradient, step ${integer(step)}`, GUTTER + 4, 7, palette.muted);
    write(pen, within, left, 7, palette.foreground);
  }
}

function tableOf({ step, timeNorms }: GradientView) {
  const length = timeNorms[0]?.length ?? 0;
  return {
    title: `Gradient norm by time step and layer at step ${integer(step)}, before clipping`,
    head: ['time step', ...timeNorms.map((_, layer) => `layer ${layer}`)],
    body: Array.from({ length }, (_, time) => [
      integer(time + 1),
      ...timeNorms.map((norms) => significant(norms[time] ?? NaN)),
    ]),
  };
}
