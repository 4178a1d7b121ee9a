/**
 * The second line and the timeline: the step being viewed, with loss (or perplexity) and gradient norm over all steps.
 * "Latest" follows the run again; the rail beneath shows which steps' tensors can be gone back to.
 */
import { element, rebuild, setText } from '../shared/dom.ts';
import { fixed, integer, significant } from '../shared/format.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { Shown, TakeAlong } from '../shared/takeAlong.ts';
import type { History } from './history.ts';
import { touches, viewedStep, type Changed, type PageState, type Store } from './store.ts';
import { GradientChart } from './gradientChart.ts';
import { LossChart } from './lossChart.ts';
import { KeptRail } from './keptRail.ts';
import { steerSteps } from './stepSteering.ts';

export class Timeline {
  readonly root: HTMLElement;
  private readonly title = element('h2', {}, 'Step');
  private readonly behind = element('span', { class: 'second behind' });
  private readonly numbers = element('span', { class: 'step-facts' });
  private readonly latest: HTMLButtonElement;
  private readonly measure: HTMLButtonElement;
  private readonly loss: LossChart;
  private readonly gradient: GradientChart;
  private readonly rail: KeptRail;
  private readonly range = element('span', { class: 'range number' });

  /** `compare` opens the curves of two runs. */
  constructor(store: Store, takeAlong: TakeAlong, compare: HTMLElement) {
    const canvas = (id: string, label: string) =>
      element('canvas', { id, role: 'img', tabindex: 0, 'aria-label': label });
    const lossCanvas = canvas('loss', 'Loss over steps: nothing recorded yet');
    const gradientCanvas = canvas('gradient-norm', 'Gradient norm over steps: nothing recorded yet');
    this.latest = element('button', { class: 'link', click: () => store.set({ viewed: null }) }, 'Latest');
    this.measure = element('button', {
      class: 'link',
      click: () => store.set({ measure: store.get().measure === 'loss' ? 'perplexity' : 'loss' }),
    });
    this.rail = new KeptRail(store);
    this.root = element(
      'section',
      { id: 'time', 'aria-label': 'Timeline' },
      element(
        'div',
        { class: 'line' },
        this.title,
        this.behind,
        this.numbers,
        element('span', { class: 'grow' }),
        this.range,
        this.rail.words,
        this.latest,
        this.measure,
        compare,
        saveMenu(takeAlong, 'Save or copy the curves', () => this.shown(store.get())),
      ),
      element('div', { class: 'chart loss-chart' }, lossCanvas),
      element('div', { class: 'chart gradient-chart' }, gradientCanvas),
      this.rail.root,
      this.rail.narrowWords,
    );
    this.loss = new LossChart(lossCanvas);
    this.gradient = new GradientChart(gradientCanvas);
    this.gradient.onDrawn = () =>
      this.rail.update(store.get(), this.gradient.canvas.clientWidth, (step) => this.gradient.pixelOf(step));
    steerSteps(store, [this.loss, this.gradient]);
    // Wherever the focus is, Escape lets go of a brushed range, unless what has the focus needs it first.
    document.addEventListener('keydown', (event) => {
      const taken = event.defaultPrevented || document.querySelector('dialog[open]') !== null;
      if (event.key === 'Escape' && !taken && store.get().range) store.set({ range: null });
    });
    attachTable(lossCanvas, () => tableOf(store.get(), measureOf(store.get())));
    attachTable(gradientCanvas, () => tableOf(store.get(), 'Gradient norm'));
  }

  /** Both charts over one another, and each by itself. */
  private shown(state: PageState): Shown[] {
    const table = tableOf(state, measureOf(state));
    if (!table) return [];
    const [loss, gradient] = [this.loss.canvas, this.gradient.canvas];
    const of = (name: string, canvases: HTMLCanvasElement[]): Shown => {
      return { name, title: pictureTitle(state, name), columns: [{ heading: '', canvases }], table };
    };
    const measure = measureOf(state);
    return [of(`${measure} and gradient norm`, [loss, gradient]), of(measure, [loss]), of('Gradient norm', [gradient])];
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'history', 'viewed', 'summary', 'description', 'measure', 'link', 'range', 'kept')) return;
    this.root.classList.toggle('dimmed', state.link === 'lost');
    this.showLine(state);
    this.loss.update(state);
    this.gradient.update(state);
    this.showRange(state);
  }

  private showLine(state: PageState): void {
    const { history } = state;
    const step = viewedStep(state);
    const index = history.indexOf(step);
    setText(this.title, step > 0 ? `Step ${integer(step)}` : 'No step yet');
    const back = history.lastStep - step;
    rebuild(this.behind, `${step} ${back}`, () => {
      if (step === 0 || back === 0) return [step === 0 ? '' : 'latest'];
      const words = (name: string, text: string) => element('span', { class: name }, text);
      return [words('in-full', `${integer(back)} before the latest`), words('in-short', `${integer(back)} back`)];
    });
    const at = (name: Parameters<History['column']>[0]) => history.column(name).at(index);
    const after =
      (state.description?.config.clip ?? 0) > 0
        ? `${significant(at('gradNorm'))} before clip, ${significant(at('gradNormClipped'))} after`
        : `${significant(at('gradNorm'))}, not clipped`;
    const [loss, ce] = [at('loss'), at('ce')];
    // The regularisers of activations (alpha, beta) are part of the loss, and of no perplexity.
    const regularised = Math.abs(loss - ce) >= 0.0005;
    const facts: readonly (readonly [string, string, boolean])[] =
      index < 0
        ? []
        : [
            ['loss', fixed(loss, 3), false],
            ...(regularised ? ([['cross-entropy', fixed(ce, 3), true]] as const) : []),
            ['perplexity', fixed(Math.exp(ce), 2), true],
            ['gradient norm', after, true],
            ['learning rate', significant(at('lr')), true],
          ];
    rebuild(this.numbers, JSON.stringify(facts), () =>
      facts.map(([name, text, wide]) =>
        element(
          'span',
          { class: wide ? 'fact wide' : 'fact', title: meanings[name] ?? '' },
          element('span', { class: 'second' }, `${name} `),
          text,
        ),
      ),
    );
    this.latest.classList.toggle('absent', state.viewed === null);
    this.latest.disabled = state.viewed === null;
    setText(this.measure, state.measure === 'loss' ? 'As perplexity' : 'As loss');
  }

  private showRange({ range, history }: PageState): void {
    setText(this.range, '');
    if (!range) return;
    const [from, to] = [history.indexOf(range.from), history.indexOf(range.to)];
    const loss = (index: number) => fixed(history.column('loss').at(index), 3);
    setText(
      this.range,
      `steps ${integer(range.from)}–${integer(range.to)}: loss ${loss(Math.max(0, from))} to ${loss(to)}`,
    );
  }
}

const MOST_ROWS = 500;

/** How the numbers of the line come from one another. */
const meanings: Readonly<Record<string, string>> = {
  loss: 'cross-entropy + AR + TAR, the regularisers that alpha and beta set',
  perplexity: 'exp(cross-entropy), without AR and TAR; validation is measured so too',
};

function measureOf({ measure }: PageState): string {
  return measure === 'loss' ? 'Loss' : 'Perplexity';
}

function pictureTitle(state: PageState, what: string): string {
  return `${what} over steps 1–${integer(state.history.lastStep)}, step ${integer(viewedStep(state))} marked`;
}

function tableOf(state: PageState, what: string): Table | null {
  const { history } = state;
  if (history.length === 0) return null;
  const first = Math.max(0, history.length - MOST_ROWS);
  const body: string[][] = [];
  for (let index = history.length - 1; index >= first; index--) {
    const at = (name: Parameters<History['column']>[0]) => history.column(name).at(index);
    body.push([
      integer(at('step')),
      fixed(at('loss'), 3),
      fixed(at('ce'), 3),
      fixed(Math.exp(at('ce')), 2),
      significant(at('gradNorm')),
      significant(at('gradNormClipped')),
      significant(at('lr')),
    ]);
  }
  const head = [
    'step',
    'loss',
    'cross-entropy',
    'perplexity',
    'gradient norm before clip',
    'after clip',
    'learning rate',
  ];
  const title =
    first > 0 ? `The last ${MOST_ROWS} of ${integer(history.length)} steps, newest first` : 'All steps, newest first';
  return { title, picture: pictureTitle(state, what), head, body };
}
