/** Saturated gates of each layer at the step viewed: where a gate is closed or wide open, it passes little gradient. */
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, percent } from '../shared/format.ts';
import { gateLetters } from './gates.ts';
import { touches, type Changed, type PageState } from './store.ts';

export class GateSection {
  readonly root: HTMLElement;
  private readonly second = element('span', { class: 'second small cut' });
  private readonly list = element('ul', { class: 'rows gates', 'aria-label': 'Saturated gates by layer' });

  constructor() {
    this.root = element(
      'section',
      { id: 'gates', 'aria-label': 'Saturated gates' },
      element('div', { class: 'line' }, element('h2', {}, 'Saturated gates'), this.second),
      this.list,
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'gradients', 'description', 'summary')) return;
    const { gradients, description } = state;
    const step = gradients ? `step ${integer(gradients.step)}, ` : '';
    setText(this.second, `${step}σ < 0.05 or > 0.95, |tanh| > 0.95`);
    this.second.title = 'Share of units, batch rows and time steps at which a gate is saturated';
    const layers = description?.config.n_layers ?? 0;
    const rows = Array.from({ length: layers }, (_, layer) =>
      gateLetters.map((_, gate) => {
        const share = gradients?.saturation[layer]?.[gate];
        return share === undefined ? '' : percent(share);
      }),
    );
    rebuild(this.list, `${layers} ${JSON.stringify(rows)}`, () => {
      if (layers === 0) return [element('li', { class: 'empty' }, 'Each layer is listed here once a run starts.')];
      return rows.map((shares, layer) =>
        element(
          'li',
          { class: 'gate' },
          element('span', {}, `rnns.${layer}`),
          ...(shares.every((share) => share === '')
            ? [element('span', { class: 'second unrecorded' }, 'not recorded at this step')]
            : shares.map((share, gate) =>
                element(
                  'span',
                  { class: 'number' },
                  element('span', { class: 'second' }, `${gateLetters[gate]} `),
                  share,
                ),
              )),
        ),
      );
    });
  }
}
