/**
 * The middle of the page: which site is shown, its shape, p, mode and step, the tools, and its picture: four panes for a
 * weight, the mask alone for any other site.
 */
import type { SiteDescription, Window } from '../../src/shared/engineContract.ts';
import type { ParameterNode } from '../../src/shared/parameterNode.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { probability } from '../shared/format.ts';
import { icon, type IconName } from '../shared/icons.ts';
import { saveMenu } from '../shared/saveMenu.ts';
import type { TakeAlong } from '../shared/takeAlong.ts';
import type { HostClient } from './connection.ts';
import { isNarrow } from './layout.ts';
import { MaskPanel } from './maskPanel.ts';
import { leavesOf } from '../../src/shared/parameterNode.ts';
import { shortParameter } from './shortParameter.ts';
import { shortName } from './siteBand.ts';
import { selectedTarget, touches, type Changed, type PageState, stepInWords, type Store } from './store.ts';
import { TilePull } from './tilePull.ts';
import { WeightPanes } from './weightPanes.ts';
import { showAll, zoomAbout } from '../shared/panePointer.ts';

export class WeightSection {
  readonly root: HTMLElement;
  private readonly tiles: TilePull;
  private readonly pick = element('select', { class: 'pick', 'aria-label': 'Weight or dropout site' });
  private readonly heading = element('h2', {}, 'Weight');
  private readonly shape = element('span', { class: 'second number' });
  private readonly mode = element('span', { class: 'second number' });
  private readonly range = element('span', { class: 'second small number wide' });
  private readonly tools = element('span', { class: 'tools' });
  private readonly panes: WeightPanes;
  private readonly mask: MaskPanel;

  constructor(store: Store, client: HostClient, select: (name: string) => void, takeAlong: TakeAlong) {
    this.panes = new WeightPanes(store);
    this.mask = new MaskPanel(store);
    this.tiles = new TilePull(client, store, (view) => this.panes.addTile(view));
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
        saveMenu(takeAlong, 'Save or copy the weight', () =>
          this.mask.root.hidden ? this.panes.shown() : this.mask.shown(),
        ),
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
    const isMask = selectedTarget(state)?.kind === 'mask';
    this.panes.root.hidden = isMask;
    this.mask.root.hidden = !isMask;
    this.tools.classList.toggle('absent', isMask);
    if (touches(changed, 'description', 'selected', 'weight', 'mask', 'viewport', 'viewed')) this.showHead(state);
    if (isMask) this.mask.update(state, changed);
    else this.panes.update(state, changed);
    this.tiles.want(isMask ? null : this.panes.lacking());
    this.root.classList.toggle('dimmed', state.link === 'lost');
  }

  private showHead(state: PageState): void {
    const sites = state.description?.sites ?? [];
    const tree = state.description?.tree ?? [];
    this.heading.hidden = sites.length > 0;
    this.pick.hidden = sites.length === 0;
    rebuild(this.pick, `${isNarrow()} ${sites.map(({ name }) => name).join()}`, () => optionsOf(sites, tree));
    if (this.pick.value !== state.selected) this.pick.value = state.selected;
    const target = selectedTarget(state);
    const view = target?.kind === 'weight' ? state.weight : state.mask;
    setText(this.shape, target ? target.shape.join(' × ') : '');
    const whole = target?.site?.granularity ?? 'element';
    const each = whole === 'element' ? '' : ` for each ${whole}`;
    const rate = target?.site ? `p ${probability(target.site.p)}${each}` : 'no dropout';
    setText(this.mode, target ? `${rate}${view ? `, ${view.mode} mode, ${stepInWords(view.step, state)}` : ''}` : '');
    const now = this.panes.geometry();
    const { window } = now ?? {};
    const text =
      window && target?.kind === 'weight'
        ? `rows ${window.row}–${window.row + window.rows - 1}, columns ${window.col}–${window.col + window.cols - 1}`
        : '';
    setText(this.range, text);
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function optionsOf(sites: readonly SiteDescription[], tree: readonly ParameterNode[]): HTMLElement[] {
  const option = (value: string, text: string) => element('option', { value }, text);
  const dropped = sites.map(({ name, raw }) =>
    option(name, raw && !isNarrow() ? `${shortName(raw)} → ${lastPart(name)}` : shortName(name)),
  );
  const others = leavesOf(tree).filter(({ derived }) => !derived);
  return [
    element('optgroup', { label: 'Dropout sites' }, ...dropped),
    element(
      'optgroup',
      { label: 'Weights without dropout' },
      ...others.map(({ name }) => option(name, shortParameter(name))),
    ),
  ];
}
