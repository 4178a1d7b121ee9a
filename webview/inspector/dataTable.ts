/**
 * Every picture can be read as a table: T on a focused canvas opens the numbers it shows, as cells a screen reader can
 * walk, with a button that saves them as CSV.
 */
import { element } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';

export interface Table {
  /** Says what is in it, and of which step. */
  readonly title: string;
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
}

const tables = new WeakMap<Element, () => Table | null>();

/** Gives a canvas its table; `make` is called when the table is opened and answers null while there is nothing. */
export function attachTable(canvas: HTMLCanvasElement, make: () => Table | null): void {
  tables.set(canvas, make);
  canvas.setAttribute('aria-keyshortcuts', 'T');
}

/** Makes T open the table of the focused canvas. `save` receives a file name and the CSV. */
export function listenForTables(save: (name: string, csv: string) => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.altKey || event.metaKey) return;
    const focused = document.activeElement;
    const table = focused ? tables.get(focused)?.() : null;
    if (!table) return;
    event.preventDefault();
    open(table, save);
  });
}

function open(table: Table, save: (name: string, csv: string) => void): void {
  const close = element('button', { class: 'tool', title: 'Close (Escape)', 'aria-label': 'Close' }, icon('close'));
  const saveButton = element(
    'button',
    { class: 'tool', title: 'Save as CSV', 'aria-label': 'Save as CSV' },
    icon('save'),
  );
  const head = element('tr', {}, ...table.head.map((text) => element('th', { scope: 'col' }, text)));
  const lines = table.body.map(([first = '', ...rest]) =>
    element('tr', {}, element('th', { scope: 'row' }, first), ...rest.map((text) => element('td', {}, text))),
  );
  const dialog = element(
    'dialog',
    { class: 'data-table', 'aria-label': table.title },
    element(
      'div',
      { class: 'line' },
      element('h2', {}, table.title),
      element('span', { class: 'grow' }),
      saveButton,
      close,
    ),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Numbers' },
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...lines)),
    ),
  );
  close.addEventListener('click', () => dialog.close());
  saveButton.addEventListener('click', () => save(`${table.title.replace(/[^\w.-]+/g, '-')}.csv`, csvOf(table)));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Comma-separated, with plain minus signs and no thousands separators, as other programs read it. */
export function csvOf({ head, body }: Table): string {
  const field = (text: string) => {
    const plain = text.replaceAll('\u2212', '-').replace(/(?<=\d),(?=\d{3})/g, '');
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return [head, ...body].map((line) => line.map(field).join(',')).join('\n') + '\n';
}
