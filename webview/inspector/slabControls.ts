/**
 * Beside a locked mask: the block it stands for, the axis one walks along with its scrubber, and small multiples of the
 * cuts along it.
 */
import type { MaskView } from '../../src/shared/engineContract.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { drawCells, pixelRatio, prepare } from '../shared/canvas.ts';
import { pack } from '../shared/colour.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, percent } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { pictureOfShares } from './maskPicture.ts';
import { drawSlab } from './maskSlab.ts';
import { axes, type Axis, type Slice, type Volume } from './maskVolume.ts';

const MULTIPLES = 4;
const SMALL = { width: 132, height: 52 };

export class SlabControls {
  readonly root = element('div', { class: 'slab' });
  axis: Axis = 'time';
  private readonly index: Record<Axis, number> = { time: 0, batch: 0, features: 0 };
  private readonly choice = element('select', { class: 'pick', 'aria-label': 'Axis to walk along' });
  private readonly slider = element('input', { type: 'range', min: 1, value: 1 });
  private readonly place = element('span', { class: 'number' });
  private readonly slab = element('canvas', {
    id: 'slab',
    role: 'img',
    tabindex: 0,
    'aria-label': 'The mask as a block: not recorded yet',
  });
  private held: { readonly view: MaskView; readonly volume: Volume } | null = null;
  private readonly sentence = element('p', { class: 'second small' });
  private readonly multiples = Array.from({ length: MULTIPLES }, () => ({
    canvas: element('canvas', { 'aria-hidden': 'true' }),
    caption: element('figcaption'),
  }));

  /** `moved` is called when another cut is to be drawn. */
  constructor(moved: () => void) {
    this.choice.append(...axes.map((axis) => element('option', { value: axis }, axis)));
    this.choice.addEventListener('change', () => {
      this.axis = axes.find((axis) => axis === this.choice.value) ?? 'time';
      moved();
    });
    this.slider.addEventListener('input', () => {
      this.index[this.axis] = Number(this.slider.value) - 1;
      moved();
    });
    attachTable(this.slab, () => this.held && tableOfBlock(this.held.view, this.held.volume));
    const small = this.multiples.map(({ canvas, caption }) => element('figure', {}, canvas, caption));
    this.root.append(
      this.slab,
      element(
        'div',
        { class: 'walk' },
        element(
          'div',
          { class: 'line' },
          element('span', { class: 'second' }, 'walk along'),
          this.choice,
          this.slider,
          this.place,
        ),
        this.sentence,
        element('div', { class: 'multiples' }, ...small),
      ),
    );
  }

  /** The cut that is shown, and its place along the axis counted from 0. */
  cut(volume: Volume): { slice: Slice; index: number } {
    const index = Math.min(this.index[this.axis], volume.size[this.axis] - 1);
    return { slice: volume.slice(this.axis, index), index };
  }

  /** The block and the cuts along it, with what is kept at each place of the axis in numbers. */
  shown(view: MaskView): Shown {
    const table = this.held && tableOfBlock(this.held.view, this.held.volume);
    const title = `Mask of ${view.site.name} as a block at step ${integer(view.step)}`;
    const cuts = this.multiples.map(({ canvas, caption }) => ({ heading: caption.textContent, canvases: [canvas] }));
    return { name: 'block', title, columns: [{ heading: '', canvases: [this.slab] }, ...cuts], table };
  }

  show(view: MaskView, volume: Volume): void {
    this.held = { view, volume };
    const { axis } = this;
    const { size } = volume;
    const { index } = this.cut(volume);
    this.slider.max = String(size[axis]);
    this.slider.value = String(index + 1);
    this.slider.setAttribute('aria-label', `Place along ${axis}`);
    this.slider.setAttribute('aria-valuetext', placeInWords(volume, axis, index));
    setText(this.place, placeInWords(volume, axis, index));
    setText(this.sentence, inWords(view, volume, axis));
    drawSlab(this.slab, volume, axis, index);
    this.slab.setAttribute(
      'aria-label',
      `The mask as a block of ${size.batch} × ${size.time} × ${size.features}, batch by time by features. ${inWords(view, volume, axis)}`,
    );
    this.multiples.forEach(({ canvas, caption }, number) => {
      const at = Math.round((number * (size[axis] - 1)) / (MULTIPLES - 1));
      rebuild(caption, `${axis} ${at}`, () => [`${axis} ${label(volume, axis, at)}`]);
      drawSmall(canvas, volume.slice(axis, at));
    });
  }
}

/** "35 of 70", "3 (0–15)": rows and features are counted from 0 as in the picture, time from 1 as in the text. */
function placeInWords(volume: Volume, axis: Axis, index: number): string {
  const last = axis === 'time' ? volume.size.time : volume.size[axis] * volume.step[axis] - 1;
  return axis === 'time' ? `${index + 1} of ${last}` : `${label(volume, axis, index)} (0–${last})`;
}

function label(volume: Volume, axis: Axis, index: number): string {
  return integer(axis === 'time' ? index + 1 : index * volume.step[axis]);
}

function inWords({ site }: MaskView, { size }: Volume, axis: Axis): string {
  const constant = site.constantAlong.some((entry) => entry.axis === 'time');
  if (!constant) return 'This mask is not constant along time: locked over the wrong axis?';
  if (axis === 'time')
    return `One draw for the whole sequence: the same ${site.shape[0]} × ${site.shape.at(-1)} cells at all ${size.time} time steps.`;
  const lines = axis === 'batch' ? 'a feature that is dropped stays' : 'a row that drops this feature stays';
  return `Lines run along time: ${lines} dropped at all ${size.time} time steps.`;
}

function drawSmall(canvas: HTMLCanvasElement, slice: Slice): void {
  const pen = prepare(canvas, SMALL.width, SMALL.height);
  const inks = { dot: 0, hatch: pack(currentPalette().muted), ratio: pixelRatio() };
  drawCells(pen, 0, 0, SMALL.width, SMALL.height, pictureOfShares(slice.shares, slice.rows, slice.cols), inks);
}

/** What each batch row keeps: one number stands for all time steps where the mask is locked along them. */
function tableOfBlock(view: MaskView, volume: Volume): Table {
  const { size, step } = volume;
  const body = Array.from({ length: size.batch }, (_, row) => {
    const { rows, shares } = volume.slice('batch', row);
    const perStep = shares.length / rows;
    const kept = (from: number, to: number) => shares.subarray(from, to).reduce((sum, share) => sum + share, 0);
    const first = kept(0, perStep);
    const last = kept(shares.length - perStep, shares.length);
    return [integer(row * step.batch), percent(first / perStep), percent(last / perStep)];
  });
  return {
    title: `Kept share of ${view.site.name} by batch row at step ${integer(view.step)}: block of ${size.batch} × ${size.time} × ${size.features}`,
    picture: `Mask of ${view.site.name} as a block at step ${integer(view.step)}`,
    head: ['batch row', 'kept at time step 1', `kept at time step ${integer(size.time)}`],
    body,
  };
}
