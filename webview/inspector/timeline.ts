/**
 * The second line and the timeline: the step being viewed, with loss (or perplexity) and gradient norm over all steps.
 * A click, a drag or the arrow keys choose a step; "Latest" follows the run again.
 */
import { element, rebuild, setText } from '../shared/dom.ts';
import { fixed, integer, significant } from '../shared/format.ts';
import { attachTable, type Table } from './dataTable.ts';
import type { History } from './history.ts';
import { touches, viewedStep, type Changed, type PageState, type Store } from './store.ts';
import { GradientChart } from './gradientChart.ts';
import { LossChart } from './lossChart.ts';
import type { StepChart } from './stepChart.ts';

export class Timeline {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly title = element('h2', {}, 'Step');
  private readonly behind = element('span', { class: 'second' });
  private readonly numbers = element('span', { class: 'step-facts' });
  private readonly latest: HTMLButtonElement;
  private readonly measure: HTMLButtonElement;
  private readonly loss: LossChart;
  private readonly gradient: GradientChart;

  constructor(store: Store) {
    this.store = store;
    const canvas = (id: string, label: string) =>
      element('canvas', { id, role: 'img', tabindex: 0, 'aria-label': label });
    const lossCanvas = canvas('loss', 'Loss over steps: nothing recorded yet');
    const gradientCanvas = canvas('gradient-norm', 'Gradient norm over steps: nothing recorded yet');
    this.latest = element('button', { class: 'link', click: () => store.set({ viewed: null }) }, 'Latest');
    this.measure = element('button', {
      class: 'link',
      click: () => store.set({ measure: store.get().measure === 'loss' ? 'perplexity' : 'loss' }),
    });
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
        this.latest,
        this.measure,
      ),
      element('div', { class: 'chart loss-chart' }, lossCanvas),
      element('div', { class: 'chart gradient-chart' }, gradientCanvas),
    );
    this.loss = new LossChart(lossCanvas);
    this.gradient = new GradientChart(gradientCanvas);
    for (const chart of [this.loss, this.gradient]) this.steer(chart);
    attachTable(lossCanvas, () => tableOf(store.get().history));
    attachTable(gradientCanvas, () => tableOf(store.get().history));
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'history', 'viewed', 'summary', 'description', 'measure', 'link')) return;
    this.root.classList.toggle('dimmed', state.link === 'lost');
    this.showLine(state);
    this.loss.update(state);
    this.gradient.update(state);
  }

  private showLine(state: PageState): void {
    const { history } = state;
    const step = viewedStep(state);
    const index = history.indexOf(step);
    setText(this.title, step > 0 ? `Step ${integer(step)}` : 'No step yet');
    const back = history.lastStep - step;
    setText(this.behind, step === 0 ? '' : back > 0 ? `${integer(back)} before the latest` : 'latest');
    const at = (name: Parameters<History['column']>[0]) => history.column(name).at(index);
    const after =
      (state.description?.config.clip ?? 0) > 0
        ? `${significant(at('gradNorm'))} before clip, ${significant(at('gradNormClipped'))} after`
        : `${significant(at('gradNorm'))}, not clipped`;
    const facts: readonly (readonly [string, string, boolean])[] =
      index < 0
        ? []
        : [
            ['loss', fixed(at('loss'), 3), false],
            ['perplexity', fixed(Math.exp(at('ce')), 2), true],
            ['gradient norm', after, true],
            ['learning rate', significant(at('lr')), true],
          ];
    rebuild(this.numbers, JSON.stringify(facts), () =>
      facts.map(([name, text, wide]) =>
        element('span', { class: wide ? 'fact wide' : 'fact' }, element('span', { class: 'second' }, `${name} `), text),
      ),
    );
    this.latest.classList.toggle('absent', state.viewed === null);
    this.latest.disabled = state.viewed === null;
    setText(this.measure, state.measure === 'loss' ? 'As perplexity' : 'As loss');
  }

  private steer(chart: StepChart): void {
    const { canvas } = chart;
    const choose = (event: PointerEvent) => {
      const { history } = this.store.get();
      if (history.length > 0) this.choose(chart.stepAt(event.offsetX));
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      choose(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons !== 0) choose(event);
    });
    canvas.addEventListener('keydown', (event) => {
      const state = this.store.get();
      const by = event.shiftKey ? 10 : 1;
      const moves: Record<string, () => void> = {
        ArrowLeft: () => this.choose(viewedStep(state) - by),
        ArrowRight: () => this.choose(viewedStep(state) + by),
        Home: () => this.choose(1),
        End: () => this.store.set({ viewed: null }),
        Escape: () => this.store.set({ viewed: null }),
      };
      const move = moves[event.key];
      if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      move();
    });
  }

  private choose(step: number): void {
    const { history } = this.store.get();
    if (history.length === 0) return;
    const index = Math.max(0, history.indexOf(Math.min(history.lastStep, Math.max(1, step))));
    this.store.set({ viewed: history.column('step').at(index) });
  }
}

const MOST_ROWS = 500;

function tableOf(history: History): Table | null {
  if (history.length === 0) return null;
  const first = Math.max(0, history.length - MOST_ROWS);
  const body: string[][] = [];
  for (let index = history.length - 1; index >= first; index--) {
    const at = (name: Parameters<History['column']>[0]) => history.column(name).at(index);
    body.push([
      integer(at('step')),
      fixed(at('loss'), 3),
      fixed(Math.exp(at('ce')), 2),
      significant(at('gradNorm')),
      significant(at('gradNormClipped')),
      significant(at('lr')),
    ]);
  }
  const head = ['step', 'loss', 'perplexity', 'gradient norm before clip', 'after clip', 'learning rate'];
  const title =
    first > 0 ? `The last ${MOST_ROWS} of ${integer(history.length)} steps, newest first` : 'All steps, newest first';
  return { title, head, body };
}
