/**
 * Every picture can be read as a table: T on a focused canvas opens the numbers it shows, as cells a screen reader can
 * walk, with buttons that save them as CSV and the picture as PNG. S saves the picture at once.
 */
import { element } from '../shared/dom.ts';
import { icon, type IconName } from '../shared/icons.ts';

export interface Table {
  /** Says what is in it, and of which step. */
  readonly title: string;
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
}

const tables = new WeakMap<Element, () => Table | null>();

/** Gives a picture its table; `make` is called when the table is opened and answers null while there is nothing. */
export function attachTable(picture: HTMLElement, make: () => Table | null): void {
  tables.set(picture, make);
  picture.setAttribute('aria-keyshortcuts', picture instanceof HTMLCanvasElement ? 'T S' : 'T');
}

/** What can be done with a table and the picture it stands for. */
export interface TableActions {
  csv(table: Table): void;
  png(title: string, canvas: HTMLCanvasElement): void;
}

/** Makes T open the table of the focused picture and S save the picture. */
export function listenForTables(actions: TableActions): void {
  document.addEventListener('keydown', (event) => {
    const key = event.key.toLowerCase();
    if ((key !== 't' && key !== 's') || event.ctrlKey || event.altKey || event.metaKey) return;
    const focused = document.activeElement;
    const table = focused ? tables.get(focused)?.() : null;
    if (!table) return;
    if (key === 's' && !(focused instanceof HTMLCanvasElement)) return;
    event.preventDefault();
    if (key === 's' && focused instanceof HTMLCanvasElement) actions.png(table.title, focused);
    else openTable(table, focused, actions);
  });
}

function openTable(table: Table, picture: Element | null, actions: TableActions): void {
  const tool = (name: IconName, label: string, click: () => void) =>
    element('button', { class: 'tool', title: label, 'aria-label': label, click }, icon(name));
  const tools = [tool('save', 'Save as CSV', () => actions.csv(table))];
  if (picture instanceof HTMLCanvasElement)
    tools.push(tool('picture', 'Save the picture as PNG', () => actions.png(table.title, picture)));
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
      ...tools,
      tool('close', 'Close (Escape)', () => dialog.close()),
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

/** Comma-separated, with plain minus signs and no thousands separators, as other programs read it. */
export function csvOf({ head, body }: Table): string {
  const field = (text: string) => {
    const plain = text.replaceAll('\u2212', '-').replace(/(?<=\d),(?=\d{3})/g, '');
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return [head, ...body].map((line) => line.map(field).join(',')).join('\n') + '\n';
}
