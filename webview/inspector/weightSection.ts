/**
 * The middle of the page: which site is shown, its shape, p, mode and step, the tools, and its picture: four panes for a
 * weight, the mask alone for any other site.
 */
import type { Window } from '../../src/shared/engineContract.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { integer, probability } from '../shared/format.ts';
import { icon, type IconName } from '../shared/icons.ts';
import { covers } from '../shared/tile.ts';
import { isNarrow } from './layout.ts';
import { MaskPanel } from './maskPanel.ts';
import { shortName } from './siteBand.ts';
import { selectedSite, touches, type Changed, type PageState, type Store } from './store.ts';
import { WeightPanes } from './weightPanes.ts';
import { showAll, zoomAbout } from './weightPointer.ts';

export class WeightSection {
  readonly root: HTMLElement;
  private readonly needCells: () => void;
  private readonly pick = element('select', { class: 'pick', 'aria-label': 'Dropout site' });
  private readonly heading = element('h2', {}, 'Weight');
  private readonly shape = element('span', { class: 'second number' });
  private readonly mode = element('span', { class: 'second number' });
  private readonly range = element('span', { class: 'second small number wide' });
  private readonly tools = element('span', { class: 'tools' });
  private readonly panes: WeightPanes;
  private readonly mask: MaskPanel;

  /** `needCells` is called when cells come into view that have not been read. */
  constructor(store: Store, select: (name: string) => void, needCells: () => void) {
    this.needCells = needCells;
    this.panes = new WeightPanes(store);
    this.mask = new MaskPanel(store);
    this.pick.addEventListener('change', () => select(this.pick.value));
    const geometry = () => this.panes.geometry();
    const tool = (name: IconName, label: string, click: () => void) =>
      element('button', { class: 'tool', title: label, 'aria-label': label, click }, icon(name));
    this.tools.append(
      tool('zoomOut', 'Zoom out (−)', () => zoomAbout(store, -1, geometry)),
      tool('zoomIn', 'Zoom in (+)', () => zoomAbout(store, 1, geometry)),
      tool('showAll', 'Show all (0)', () => showAll(store, geometry)),
      tool('rescale', 'Rescale the colours to this step', () => this.panes.rescale()),
    );
    this.root = element(
      'section',
      { id: 'weight', 'aria-label': 'Weight' },
      element(
        'div',
        { class: 'line' },
        this.heading,
        this.pick,
        this.shape,
        this.mode,
        element('span', { class: 'grow' }),
        this.range,
        this.tools,
      ),
      this.panes.root,
      this.mask.root,
    );
  }

  /** The cells to read: those in view with as many again on each side; everything while all is shown or unknown. */
  wantedWindow(): Window | undefined {
    const now = this.panes.geometry();
    if (!now) return undefined;
    const { window, view } = now;
    const [rows, cols] = view.shape;
    if (window.rows === rows && window.cols === cols) return undefined;
    const row = Math.max(0, window.row - window.rows);
    const col = Math.max(0, window.col - window.cols);
    return {
      row,
      rows: Math.min(rows, window.row + 2 * window.rows) - row,
      col,
      cols: Math.min(cols, window.col + 2 * window.cols) - col,
    };
  }

  update(state: PageState, changed: Changed): void {
    const site = selectedSite(state);
    const isMask = site !== null && site.kind !== 'weight';
    this.panes.root.hidden = isMask;
    this.mask.root.hidden = !isMask;
    this.tools.classList.toggle('absent', isMask);
    if (touches(changed, 'description', 'selected', 'weight', 'mask', 'viewport', 'summary')) this.showHead(state);
    if (isMask) this.mask.update(state, changed);
    else this.panes.update(state, changed);
    const now = isMask ? null : this.panes.geometry();
    if (now && !covers(now.view.panes.raw.detail, now.window)) this.needCells();
    this.root.classList.toggle('dimmed', state.link === 'lost');
  }

  private showHead(state: PageState): void {
    const sites = state.description?.sites ?? [];
    this.heading.hidden = sites.length > 0;
    this.pick.hidden = sites.length === 0;
    rebuild(this.pick, `${isNarrow()} ${sites.map(({ name }) => name).join()}`, () =>
      sites.map(({ name, raw }) =>
        element(
          'option',
          { value: name },
          raw && !isNarrow() ? `${shortName(raw)} → ${lastPart(name)}` : shortName(name),
        ),
      ),
    );
    if (this.pick.value !== state.selected) this.pick.value = state.selected;
    const site = selectedSite(state);
    const view = site?.kind === 'weight' ? state.weight : state.mask;
    setText(this.shape, site ? site.shape.join(' × ') : '');
    const step = view ? `, ${view.mode} mode, step ${integer(view.step)}` : '';
    setText(this.mode, site ? `p ${probability(site.p)}${step}` : '');
    const now = this.panes.geometry();
    const { window } = now ?? {};
    const text =
      window && site?.kind === 'weight'
        ? `rows ${window.row}–${window.row + window.rows - 1}, columns ${window.col}–${window.col + window.cols - 1}`
        : '';
    setText(this.range, text);
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
