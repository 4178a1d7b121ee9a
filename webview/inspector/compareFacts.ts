/** The two tables of the comparison: what differs between the runs, and what came out, side by side. */
import { element, rebuild } from '../shared/dom.ts';
import type { Table } from '../shared/dataTable.ts';
import type { Shown } from '../shared/takeAlong.ts';
import { differingFacts, resultRows, sharedFacts, type ComparedRun, type FactRow } from './comparedRuns.ts';

export class CompareFacts {
  readonly root: HTMLElement;
  private readonly differing = element('table', { class: 'facts-table', 'aria-label': 'What differs' });
  private readonly shared = element('p', { class: 'small second' });
  private readonly results = element('table', { class: 'facts-table results', 'aria-label': 'Results' });
  private runs: readonly [ComparedRun, ComparedRun] | null = null;

  constructor() {
    this.root = element('div', { class: 'compare-facts' }, this.differing, this.shared, this.results);
  }

  update(a: ComparedRun | null, b: ComparedRun | null): void {
    this.runs = a && b ? [a, b] : null;
    const differing = a && b ? differingFacts(a, b) : [];
    const results = a && b ? resultRows(a.history, b.history) : [];
    const shared = a && b ? sharedFacts(a, b) : '';
    fill(this.differing, ['differs', 'A', 'B'], differing, a && b ? nothingDiffers(a, b) : '');
    fill(this.results, ['result', 'A', 'B', 'difference'], results, '');
    rebuild(this.shared, shared, () => [shared === '' ? '' : `Same: ${shared}.`]);
  }

  shown(): Shown[] {
    if (!this.runs) return [];
    const [a, b] = this.runs;
    const title = `What differs between ${a.summary.name} (A) and ${b.summary.name} (B), and what came out`;
    const body = [...differingFacts(a, b), ...resultRows(a.history, b.history)];
    const table: Table = {
      title,
      head: ['', 'A', 'B', 'B against A'],
      body: body.map((row) => [row.name, row.a, row.b, row.difference]),
    };
    return [{ name: 'what differs', title, columns: [], table }];
  }
}

function nothingDiffers(a: ComparedRun, b: ComparedRun): string {
  return a.description && b.description ? 'Nothing in their configs differs.' : 'Known once both have begun.';
}

function fill(table: HTMLElement, head: readonly string[], rows: readonly FactRow[], none: string): void {
  rebuild(table, JSON.stringify([rows, none]), () => [
    element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
    element(
      'tbody',
      {},
      ...(rows.length === 0 && none !== ''
        ? [element('tr', {}, element('td', { colspan: head.length, class: 'second' }, none))]
        : rows.map((row) => line(row, head.length))),
    ),
  ]);
}

function line({ name, a, b, difference }: FactRow, columns: number): HTMLElement {
  // Where there is no room for a line, it breaks between its parts, never inside one.
  const cell = (text: string) => element('td', { title: text }, ...parted(text));
  const cells = [a, b, difference].slice(0, columns - 1).map(cell);
  return element('tr', {}, element('th', { scope: 'row' }, name), ...cells);
}

/** "131.52," and "step 300", each whole; a list of values that is longer breaks where it must. */
function parted(text: string): (Node | string)[] {
  const parts = text.split(', ');
  if (parts.length > 2) return [text];
  return parts.flatMap((part, index) => [
    ...(index > 0 ? [' '] : []),
    element('span', { class: 'whole' }, index < parts.length - 1 ? `${part},` : part),
  ]);
}
