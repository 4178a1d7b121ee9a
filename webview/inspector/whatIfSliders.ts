/** The dropouts of What if as sliders, each with its number, a mark where the run stands and the way back there. */
import { whatIfKeys, type WhatIfKey, type WhatIfValues } from '../../src/shared/whatIf.ts';
import { element, setText } from '../shared/dom.ts';
import { probability } from '../shared/format.ts';

/** Where sliders end: below the p that is refused, and at twice the usual factor. */
const LARGEST_P = 0.99;
const LARGEST_FACTOR = 2;
const STEP = 0.01;

interface Row {
  readonly key: WhatIfKey;
  readonly root: HTMLElement;
  readonly slider: HTMLInputElement;
  readonly number: HTMLInputElement;
  readonly back: HTMLButtonElement;
}

export class WhatIfSliders {
  readonly root: HTMLElement;
  private readonly rows: readonly Row[];

  /** `change` is given what was chosen; undefined goes back to the run's own value. */
  constructor(change: (key: WhatIfKey, value: number | undefined) => void) {
    this.rows = whatIfKeys.map((key) => rowOf(key, change));
    this.root = element(
      'div',
      { class: 'what-if-sliders', role: 'group', 'aria-label': 'Dropouts' },
      element(
        'div',
        { class: 'what-if-slider small second', 'aria-hidden': 'true' },
        element('span'),
        element('span'),
        element('span', { class: 'right' }, 'what if'),
        element('span', { class: 'right' }, 'trained'),
      ),
      ...this.rows.map(({ root }) => root),
    );
  }

  /** `idle` names what does nothing in this run; without `values` nothing can be moved yet. */
  show(values: WhatIfValues | null, own: WhatIfValues | null, idle: readonly WhatIfKey[]): void {
    for (const { key, root, slider, number, back } of this.rows) {
      const disabled = !values || !own || idle.includes(key);
      for (const control of [slider, number, back]) control.disabled = disabled;
      root.title = idle.includes(key) ? `${key} does nothing in this run: weight_drop.mode is "off"` : '';
      if (!values || !own) continue;
      const [value, trained] = [values[key], own[key]];
      const most = key === 'drop_mult' ? Math.max(LARGEST_FACTOR, Math.ceil(trained)) : LARGEST_P;
      slider.max = String(most);
      slider.value = String(value);
      slider.setAttribute('aria-valuetext', `${probability(value)}, trained with ${probability(trained)}`);
      root.style.setProperty('--ds-share', String(Math.min(1, trained / most)));
      // What is being typed stays as it is typed.
      if (Number(number.value) !== value && !Number.isNaN(value)) number.value = String(value);
      setText(back, probability(trained));
      back.setAttribute('aria-label', `${key} back to ${probability(trained)}, as trained`);
      root.classList.toggle('changed', value !== trained);
    }
  }
}

function rowOf(key: WhatIfKey, change: (key: WhatIfKey, value: number | undefined) => void): Row {
  const slider = element('input', { type: 'range', min: 0, step: STEP, 'aria-label': key });
  const number = element('input', { type: 'number', min: 0, step: STEP, 'aria-label': `${key} as a number` });
  const back = element('button', { class: 'link right', click: () => change(key, undefined) });
  slider.addEventListener('input', () => change(key, Number(slider.value)));
  // Nothing typed is no number, and is said to be none.
  number.addEventListener('input', () => change(key, number.value === '' ? NaN : Number(number.value)));
  const root = element(
    'div',
    { class: 'what-if-slider' },
    element('span', { class: 'name' }, key),
    element('span', { class: 'what-if-track' }, slider, element('span', { class: 'ghost', 'aria-hidden': 'true' })),
    number,
    back,
  );
  return { key, root, slider, number, back };
}
