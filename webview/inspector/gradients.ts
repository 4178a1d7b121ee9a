/**
 * Gradient norm of each parameter before clipping, over the recorded steps on a log scale, and how far a step moved it
 * against its size (update:weight, with the rule of thumb 0.001). Choosing one shows its panes.
 */
import { polyline, prepare, verticalLine } from '../shared/canvas.ts';
import { css } from '../shared/colour.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { leavesOf, type ParameterLeaf } from '../../src/shared/parameterNode.ts';
import { shortParameter } from './shortParameter.ts';
import { touches, viewedStep, type Changed, type PageState, type Store } from './store.ts';

/** Least width of a curve; it takes what the page has to spare. */
const SPARK = { width: 64, height: 18 };
/** Names, the other columns, gaps and margins of a row: what a curve cannot take. */
const BESIDE_SPARK = 220 + 60 + 72 + 52 + 4 * 8 + 2 * 12;
const RATIO = { width: 72, height: 18 };
const UPDATE_MEANING =
  'How far the step moved the parameter, as a share of its norm. Rule of thumb: about 0.001; shaded: 0.0001 to 0.01.';

interface Row {
  readonly leaf: ParameterLeaf;
  readonly element: HTMLElement;
  readonly spark: HTMLCanvasElement;
  readonly norm: HTMLElement;
  readonly ratio: HTMLCanvasElement;
  readonly update: HTMLElement;
}

export class Gradients {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly select: (name: string) => void;
  private readonly second = element('span', { class: 'second cut of-step' }, 'before clip');
  /** The same over the names, where the head has no room for it. */
  private readonly secondBelow = element('span', { class: 'of-step-below' }, 'before clip');
  private readonly range = element('span', { class: 'spark-head right' });
  private readonly list = element('ul', { class: 'rows', 'aria-label': 'Gradient norm of each parameter' });
  private readonly more: HTMLButtonElement;
  private rows: Row[] = [];

  constructor(store: Store, select: (name: string) => void) {
    this.store = store;
    this.select = select;
    this.more = element('button', {
      class: 'link',
      click: () => store.set({ allParameters: !store.get().allParameters }),
    });
    this.root = element(
      'section',
      { id: 'gradients', 'aria-label': 'Gradients' },
      element(
        'div',
        { class: 'line' },
        element('h2', {}, 'Gradients'),
        this.second,
        element('span', { class: 'grow' }),
        this.more,
        element('button', { class: 'link', click: () => store.set({ inPlace: 'histograms' }) }, 'Histograms'),
      ),
      element(
        'div',
        { class: 'parameter head', 'aria-hidden': 'true' },
        element('span', {}, this.secondBelow),
        this.range,
        element('span', { class: 'right' }, 'norm'),
        element(
          'span',
          { class: 'right update-head', title: UPDATE_MEANING },
          'update:weight',
          element('span', { class: 'rule' }, ', rule 0.001'),
        ),
      ),
      this.list,
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'description', 'history', 'viewed', 'selected', 'allParameters', 'facts', 'range')) return;
    const leaves = state.description ? leavesOf(state.description.tree) : [];
    const main = leaves.filter(({ shape }) => shape.length > 1);
    const shown = state.allParameters ? leaves : main;
    rebuild(this.list, state.description ? shown.map(({ name }) => name).join() : 'none', () => {
      this.rows = shown.map((leaf) => this.row(leaf));
      if (!state.description)
        return [
          element('li', { class: 'empty' }, 'Each parameter is listed here with its gradient once a run starts.'),
        ];
      return this.rows.map((row) => element('li', {}, row.element));
    });
    this.more.hidden = leaves.length === main.length;
    setText(this.more, state.allParameters ? 'Matrices only' : `All ${leaves.length} parameters`);
    const step = viewedStep(state);
    setText(this.second, step > 0 ? `before clip, step ${integer(step)}` : 'before clip');
    setText(this.secondBelow, this.second.textContent);
    setText(
      this.range,
      state.history.length > 0
        ? `steps ${integer(state.range?.from ?? state.history.column('step').at(0))}–${integer(state.range?.to ?? state.history.lastStep)}, log`
        : '',
    );
    const bounds = boundsOf(state, shown);
    const width = Math.max(SPARK.width, this.root.clientWidth - BESIDE_SPARK);
    for (const row of this.rows) this.showRow(row, state, step, { ...bounds, width });
  }

  private row(leaf: ParameterLeaf): Row {
    const spark = element('canvas', {
      class: 'spark',
      role: 'img',
      'aria-label': `Gradient norm of ${leaf.name}: not recorded yet`,
    });
    const ratio = element('canvas', { class: 'ratio', 'aria-hidden': 'true' });
    const norm = element('span', { class: 'right number' });
    const update = element('span', { class: 'right number' });
    const parts = [element('span', { class: 'name' }, shortParameter(leaf.name)), spark, norm, ratio, update];
    const made = element('button', { class: 'parameter', click: () => this.select(shownName(leaf)) }, ...parts);
    attachTable(made, () => this.table(leaf), spark);
    return { leaf, element: made, spark, norm, ratio, update };
  }

  private showRow(row: Row, state: PageState, step: number, bounds: Bounds & { readonly width: number }): void {
    const { leaf } = row;
    const { history, facts } = state;
    const norms = history.series('paramGrad', leaf.name);
    const index = history.lastKnown(norms, history.indexOf(step));
    const at = history.column('step').at(index);
    const norm = norms.at(index);
    const moved = history.series('paramUpdate', leaf.name);
    const ratio = moved.at(history.lastKnown(moved, history.indexOf(step)));
    const cut = facts?.params[leaf.name]?.g === null;
    row.element.classList.toggle('selected', shownName(leaf) === state.selected);
    setText(row.norm, cut ? 'none' : Number.isNaN(norm) ? '' : significant(norm));
    setText(row.update, Number.isNaN(ratio) ? '' : significant(ratio, 2));
    row.element.title = cut
      ? `${leaf.name} gets no gradient.`
      : `${leaf.name} ${leaf.shape.join(' × ')}${index < 0 ? '' : `, step ${integer(at)}: gradient norm ${significant(norm)} before clipping, update:weight ${significant(ratio, 2)}`}`;
    if (index >= 0)
      row.spark.setAttribute(
        'aria-label',
        `Gradient norm of ${leaf.name}, ${significant(norm)} at step ${integer(at)}`,
      );
    drawSpark(row.spark, history.column('step').values(), norms.values(), bounds, step);
    drawRatio(row.ratio, ratio);
  }

  private table(leaf: ParameterLeaf): Table {
    const { history } = this.store.get();
    const norms = history.series('paramGrad', leaf.name);
    const moved = history.series('paramUpdate', leaf.name);
    const body: string[][] = [];
    for (let index = norms.length - 1; index >= 0 && body.length < 500; index--)
      if (!Number.isNaN(norms.at(index)))
        body.push([
          integer(history.column('step').at(index)),
          significant(norms.at(index)),
          significant(moved.at(index), 2),
        ]);
    return {
      title: `Gradient norm of ${leaf.name}, newest first`,
      picture: `Gradient norm of ${leaf.name} over steps 1–${integer(history.lastStep)}, before clip`,
      head: ['step', 'norm before clip', 'update:weight'],
      body,
    };
  }
}

interface Bounds {
  readonly low: number;
  readonly high: number;
  /** Steps at the left and right end: the range brushed, or all. */
  readonly first: number;
  readonly last: number;
}

/** One log scale for all rows, so that their heights can be compared. */
function boundsOf({ history, range }: PageState, leaves: readonly ParameterLeaf[]): Bounds {
  let [low, high] = [Infinity, -Infinity];
  for (const { name } of leaves)
    for (const value of history.series('paramGrad', name).values())
      if (value > 0 && Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const [first, last] = range ? [range.from, range.to] : [1, history.lastStep];
  return { low: Math.log10(low) - 0.1, high: Math.log10(high) + 0.1, first, last: Math.max(first + 1, last) };
}

function drawSpark(
  canvas: HTMLCanvasElement,
  steps: Float64Array,
  norms: Float64Array,
  bounds: Bounds & { readonly width: number },
  step: number,
): void {
  const { height } = SPARK;
  const { width } = bounds;
  const pen = prepare(canvas, width, height);
  const palette = currentPalette();
  const x = (at: number) => 1 + ((at - bounds.first) / (bounds.last - bounds.first)) * (width - 2);
  const points: [number, number][] = [];
  for (let index = 0; index < norms.length; index++) {
    const norm = norms[index] ?? NaN;
    const at = steps[index] ?? 0;
    if (Number.isNaN(norm) || at < bounds.first || at > bounds.last) continue;
    const share = (Math.log10(norm) - bounds.low) / (bounds.high - bounds.low);
    points.push([x(at), height - 1 - Math.max(0, Math.min(1, share)) * (height - 2)]);
  }
  polyline(pen, points, palette.norm, 1);
  if (step >= bounds.first && step <= bounds.last && points.length > 0)
    verticalLine(pen, Math.min(width - 1, x(step)), 0, height, palette.foreground);
}

/** A dot on log10(update:weight) from −5 to −1, with −4 to −2 shaded and the rule at −3. */
function drawRatio(canvas: HTMLCanvasElement, ratio: number): void {
  const { width, height } = RATIO;
  const pen = prepare(canvas, width, height);
  const palette = currentPalette();
  const x = (power: number) => ((power + 5) / 4) * width;
  pen.fillStyle = css(palette.band);
  pen.fillRect(x(-4), 5, x(-2) - x(-4), height - 10);
  verticalLine(pen, x(-3), 2, height - 2, palette.muted);
  if (!(ratio > 0)) return;
  const power = Math.max(-4.9, Math.min(-1.1, Math.log10(ratio)));
  pen.fillStyle = css(power > -2 || power < -4 ? palette.caution : palette.foreground);
  pen.beginPath();
  pen.arc(x(power), height / 2, 3, 0, 7);
  pen.fill();
}

/** Whatever has a mask is shown by its site. */
function shownName({ name, derived }: ParameterLeaf): string {
  return derived?.mask ?? name;
}
