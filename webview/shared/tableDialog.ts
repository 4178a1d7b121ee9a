/** A table over the page, with buttons for what else can be done with it and the picture it stands for. */
import type { Table } from './dataTable.ts';
import { openDialog } from './dialog.ts';
import { element } from './dom.ts';
import type { MenuAction } from './menu.ts';

export function openTable(table: Table, actions: readonly MenuAction[]): void {
  const head = element('tr', {}, ...table.head.map((text) => element('th', { scope: 'col' }, text)));
  const lines = table.body.map(([first = '', ...rest]) =>
    element('tr', {}, element('th', { scope: 'row' }, first), ...rest.map((text) => element('td', {}, text))),
  );
  openDialog(
    table.title,
    element(
      'div',
      { class: 'actions' },
      ...actions.map(({ label, act }) => element('button', { class: 'link', click: act }, label)),
    ),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Numbers' },
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...lines)),
    ),
  );
}
