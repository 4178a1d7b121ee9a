/**
 * Saturated gates of each layer at the step viewed: where a gate is closed or wide open, it passes little gradient.
 * Choosing a layer opens its activations: how it came to this, and which units they are.
 */
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, percent } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import { gateLetters, gateNames } from '../shared/gates.ts';
import { touches, type Changed, type PageState } from './store.ts';

export class GateSection {
  readonly root: HTMLElement;
  private readonly open: (layer: number) => void;
  private readonly second = element('span', { class: 'second small' });
  private readonly list = element('ul', { class: 'rows gates', 'aria-label': 'Saturated gates by layer' });
  private buttons: HTMLButtonElement[] = [];

  /** `open` shows the activations of a layer. */
  constructor(open: (layer: number) => void) {
    this.open = open;
    this.root = element(
      'section',
      { id: 'gates', 'aria-label': 'Saturated gates' },
      element('div', { class: 'line' }, element('h2', {}, 'Saturated gates'), this.second),
      this.list,
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'gradients', 'description', 'summary', 'inPlace', 'activation')) return;
    const { gradients, description } = state;
    const step = gradients ? `step ${integer(gradients.step)}, ` : '';
    const { counted = 0, positions = 0 } = gradients?.saturation ?? {};
    const sampled = counted < positions ? `at ${integer(counted)} of ${integer(positions)} positions` : '';
    setText(this.second, `${step}σ < 0.05 or > 0.95, |tanh| > 0.95${sampled && `, ${sampled}`}`);
    const spread = sampled && `; counted ${sampled} (row and time step), spread evenly over the batch`;
    this.second.title = `Share of units, batch rows and time steps at which a gate is saturated${spread}`;
    const layers = description?.config.n_layers ?? 0;
    const rows = Array.from({ length: layers }, (_, layer) => gradients?.saturation.layers[layer]);
    rebuild(this.list, `${layers} ${JSON.stringify(rows.map((shares) => shares && [...shares]))}`, () => {
      this.buttons = rows.map((shares, layer) => this.row(layer, shares));
      if (layers === 0) return [element('li', { class: 'empty' }, 'Each layer is listed here once a run starts.')];
      return this.buttons.map((button) => element('li', {}, button));
    });
    for (const [layer, button] of this.buttons.entries()) {
      const shown = state.inPlace === 'activations' && layer === state.activation.layer;
      button.classList.toggle('selected', shown);
      button.setAttribute('aria-pressed', String(shown));
    }
  }

  private row(layer: number, shares: Float32Array | undefined): HTMLButtonElement {
    const numbers = Array.from(shares ?? [], (share, gate) => {
      const letter = element('span', { class: 'second' }, `${gateLetters[gate]} `);
      const number = element('span', { class: 'number' }, letter, percent(share));
      number.title = `${gateNames[gate]}: saturated at ${percent(share)} of units, batch rows and time steps`;
      return number;
    });
    const none = element('span', { class: 'second unrecorded' }, 'not recorded at this step');
    const more = element('span', { class: 'more' }, icon('run'));
    const button = element(
      'button',
      { class: 'gate', click: () => this.open(layer) },
      element('span', {}, `rnns.${layer}`),
      ...(numbers.length > 0 ? numbers : [none]),
      more,
    );
    button.title = `Activations of rnns.${layer} over the run, and its gates unit by unit`;
    return button;
  }
}
