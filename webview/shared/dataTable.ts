/**
 * Every picture can be read as a table: the numbers it shows, as cells that a screen reader can walk, and as CSV. What
 * has the focus is asked for its table and its picture by the keys of pictureKeys.ts.
 */

export interface Table {
  /** Says what is in it, and of which step. */
  readonly title: string;
  /** What the picture is called, where that is not the table's title. */
  readonly picture?: string;
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
}

interface Attached {
  readonly make: () => Table | null;
  readonly canvas: HTMLCanvasElement | null;
}

const tables = new WeakMap<Element, Attached>();

/**
 * Gives what can have the focus its table; `make` is called when the table is opened and answers null while there is
 * nothing. `canvas` is the picture it stands for, where that is not the element itself.
 */
export function attachTable(
  focusable: HTMLElement,
  make: () => Table | null,
  canvas = focusable instanceof HTMLCanvasElement ? focusable : null,
): void {
  tables.set(focusable, { make, canvas });
  focusable.setAttribute('aria-keyshortcuts', canvas ? 'T S C' : 'T');
}

/** Table and picture of an element; null when it has none or there is nothing yet. */
export function tableOfElement(
  focused: Element | null,
): { readonly table: Table; readonly canvas: HTMLCanvasElement | null } | null {
  const attached = focused && tables.get(focused);
  const table = attached?.make();
  return attached && table ? { table, canvas: attached.canvas } : null;
}

/** Comma-separated, with plain minus signs and no thousands separators, as other programs read it. */
export function csvOf({ head, body }: Table): string {
  const field = (text: string) => {
    const plain = text.replaceAll('\u2212', '-').replace(/(?<=\d),(?=\d{3})/g, '');
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return [head, ...body].map((line) => line.map(field).join(',')).join('\n') + '\n';
}
