/** A table over the page, with buttons for what else can be done with it and the picture it stands for. */
import type { Table } from './dataTable.ts';
import { element } from './dom.ts';
import { icon } from './icons.ts';
import type { MenuAction } from './menu.ts';

/** Opens it as a modal dialog, which gives the focus back to where it was when it closes. */
export function openTable(table: Table, actions: readonly MenuAction[]): void {
  const head = element('tr', {}, ...table.head.map((text) => element('th', { scope: 'col' }, text)));
  const lines = table.body.map(([first = '', ...rest]) =>
    element('tr', {}, element('th', { scope: 'row' }, first), ...rest.map((text) => element('td', {}, text))),
  );
  const close = { title: 'Close (Escape)', 'aria-label': 'Close', click: () => dialog.close() };
  const dialog = element(
    'dialog',
    { class: 'data-table', 'aria-label': table.title },
    element(
      'div',
      { class: 'line' },
      element('h2', { class: 'cut', title: table.title }, table.title),
      element('span', { class: 'grow' }),
      element('button', { class: 'tool', ...close }, icon('close')),
    ),
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
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
