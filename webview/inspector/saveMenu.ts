/** The menu that saves what the middle of the page shows: pictures of the panes or of the mask, and the numbers in view. */
import type { WeightView, Window } from '../../src/shared/engineContract.ts';
import { element, rebuild } from '../shared/dom.ts';
import { integer } from '../shared/format.ts';
import { icon } from '../shared/icons.ts';
import type { Table } from './dataTable.ts';
import type { PictureColumn, TakeAlong } from './takeAlong.ts';
import type { PaneKind } from './weightCells.ts';
import { tableOfWindow, weightName } from './weightTable.ts';

interface ShownWeight {
  readonly view: WeightView;
  readonly window: Window;
  readonly columns: (only?: PaneKind) => PictureColumn[];
}

export interface ShownMask {
  readonly table: Table;
  readonly column: PictureColumn;
}

const panes: readonly PaneKind[] = ['raw', 'mask', 'derived', 'gradient'];

export class SaveMenu {
  readonly root: HTMLElement;
  private readonly choice = element('select', {
    'aria-label': 'Save or copy',
    title: 'Save the picture or its numbers',
  });

  /** One of the two answers what is on the page, the other null. */
  constructor(takeAlong: TakeAlong, weight: () => ShownWeight | null, mask: () => ShownMask | null) {
    this.root = element('span', { class: 'tool save-menu' }, icon('save'), this.choice);
    this.choice.addEventListener('change', () => {
      const [what, pane] = this.choice.value.split(' ') as [string, PaneKind | undefined];
      this.choice.value = '';
      const shown = weight();
      if (shown) saveWeight(takeAlong, shown, what, pane);
      else saveMask(takeAlong, mask(), what);
    });
    this.offer(true);
  }

  /** Lists what can be saved of a weight, or of a mask alone. */
  offer(isWeight: boolean): void {
    const option = (value: string, text: string) => element('option', { value }, text);
    rebuild(this.choice, String(isWeight), () => [
      option('', 'Save…'),
      ...(isWeight
        ? [
            option('png', 'All four panes as PNG'),
            ...panes.map((pane) => option(`png ${pane}`, `${pane} as PNG`)),
            ...panes.map((pane) => option(`csv ${pane}`, `${pane}, numbers in view as CSV`)),
          ]
        : [option('png', 'Mask as PNG'), option('csv', 'Mask as CSV')]),
    ]);
  }
}

function saveWeight(takeAlong: TakeAlong, shown: ShownWeight, what: string, pane: PaneKind | undefined): void {
  const { view, window, columns } = shown;
  if (what === 'csv' && pane) takeAlong.csv(tableOfWindow(view, pane, window));
  if (what === 'png')
    takeAlong.png(
      `${pane ?? 'raw, mask, derived, gradient'} of ${weightName(view)} at step ${integer(view.step)}`,
      columns(pane),
    );
}

function saveMask(takeAlong: TakeAlong, shown: ShownMask | null, what: string): void {
  if (!shown) return;
  if (what === 'csv') takeAlong.csv(shown.table);
  if (what === 'png') takeAlong.png(shown.table.title, [shown.column]);
}
