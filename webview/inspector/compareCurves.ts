/** The curves of both runs in the comparison: two charts under one step cursor and one brush, and their numbers. */
import type { Table } from '../shared/dataTable.ts';
import { attachTable } from '../shared/dataTable.ts';
import { element } from '../shared/dom.ts';
import { fixed, integer, significant } from '../shared/format.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { CompareLossChart, CompareNormChart } from './compareCharts.ts';
import type { History } from './history.ts';
import { steerSteps } from './stepSteering.ts';
import type { PageState, Store } from './store.ts';

const MOST_ROWS = 500;

export class CompareCurves {
  readonly root: HTMLElement;
  private readonly store: Store;
  private readonly loss: CompareLossChart;
  private readonly norm: CompareNormChart;

  constructor(store: Store) {
    this.store = store;
    const canvas = (id: string, label: string) =>
      element('canvas', { id, role: 'img', tabindex: 0, 'aria-label': label });
    const loss = canvas('compare-loss', 'Loss of both runs: nothing recorded yet');
    const norm = canvas('compare-norm', 'Gradient norms of both runs: nothing recorded yet');
    this.root = element(
      'div',
      { class: 'compare-curves' },
      element('div', { class: 'chart compare-loss' }, loss),
      element('div', { class: 'chart compare-norm' }, norm),
    );
    this.loss = new CompareLossChart(loss);
    this.norm = new CompareNormChart(norm);
    steerSteps(store, [this.loss, this.norm]);
    for (const one of [loss, norm]) attachTable(one, () => this.table());
  }

  update(state: PageState): void {
    this.loss.update(state);
    this.norm.update(state);
  }

  shown(): Shown[] {
    const table = this.table();
    if (!table) return [];
    const columns = [{ heading: '', canvases: [this.loss.canvas, this.norm.canvas] }];
    return [{ name: 'curves', title: table.picture ?? table.title, columns, table }];
  }

  private table(): Table | null {
    const { history, other, summary } = this.store.get();
    if (!other || history.length === 0) return null;
    const steps = new Set([...stepsOf(history), ...stepsOf(other.history)]);
    const newest = [...steps].sort((a, b) => b - a);
    const names = `${summary?.name ?? ''} (A) and ${other.summary.name} (B)`;
    return {
      title: `${newest.length > MOST_ROWS ? `The last ${MOST_ROWS} of ${integer(newest.length)} steps` : 'All steps'} of ${names}, newest first`,
      picture: `Loss and gradient norm of ${names}`,
      head: ['step', 'A loss', 'B loss', 'A perplexity', 'B perplexity', 'A valid', 'B valid', 'A norm', 'B norm'],
      body: newest.slice(0, MOST_ROWS).map((step) => {
        const [a, b] = [history, other.history].map((run) => numbersAt(run, step));
        return [integer(step), ...(a ?? []).flatMap((text, index) => [text, b?.[index] ?? ''])];
      }),
    };
  }
}

function stepsOf(history: History): Float64Array {
  return history.column('step').values();
}

/** Loss, perplexity, validation perplexity and gradient norm at a step; "" where the run has none. */
function numbersAt(history: History, step: number): string[] {
  const index = history.indexOf(step);
  const has = history.column('step').at(index) === step;
  const at = (name: 'loss' | 'ce' | 'gradNorm') => history.column(name).at(index);
  const evaluated = history.validStep.values().indexOf(step);
  return [
    has ? fixed(at('loss'), 3) : '',
    has ? fixed(Math.exp(at('ce')), 2) : '',
    evaluated >= 0 ? fixed(Math.exp(history.validCe.at(evaluated)), 2) : '',
    has ? significant(at('gradNorm')) : '',
  ];
}
