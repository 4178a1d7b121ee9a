/** The button over the curves that opens and closes the comparison; it can be pressed once there is a second run. */
import { element } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';
import { otherRunOf, touches, type Changed, type PageState, type Store } from './store.ts';

const LABEL = 'Compare with another run';

export class CompareButton {
  readonly root: HTMLButtonElement;

  constructor(store: Store) {
    this.root = element(
      'button',
      {
        class: 'tool',
        'aria-label': LABEL,
        'aria-pressed': 'false',
        disabled: true,
        click: () => store.set({ inPlace: store.get().inPlace === 'compare' ? '' : 'compare' }),
      },
      icon('compare'),
    );
  }

  update(state: PageState, changed: Changed): void {
    if (!touches(changed, 'runs', 'summary', 'inPlace', 'link')) return;
    const open = state.inPlace === 'compare';
    const possible = state.link === 'live' && otherRunOf(state) !== '';
    this.root.disabled = !possible && !open;
    this.root.setAttribute('aria-pressed', String(open));
    this.root.title = possible || open ? LABEL : `${LABEL}: there is only one`;
  }
}
