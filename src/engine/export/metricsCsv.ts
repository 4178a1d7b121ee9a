/**
 * metrics.jsonl as tables: one of the training steps and one of the evaluations, with a column for every number under its
 * name there ("params/0.encoder.weight/g"), at full precision. What a line does not have is an empty cell.
 */
import type { EvalLine, TrainLine } from '../../shared/engineContract.ts';

export type MetricsLine = TrainLine | EvalLine;

/** Which columns a table has, in the order in which they first appear. */
export class CsvColumns {
  readonly #names = new Set<string>();

  /** The line's columns are among them from now on. */
  meet(line: MetricsLine): void {
    for (const [name] of cells(line)) this.#names.add(name);
  }

  get any(): boolean {
    return this.#names.size > 0;
  }

  get size(): number {
    return this.#names.size;
  }

  header(): string {
    return row([...this.#names]);
  }

  /** The line in these columns. */
  row(line: MetricsLine): string {
    const byName = new Map(cells(line));
    return row(Array.from(this.#names, (name) => byName.get(name) ?? ''));
  }
}

type Part = object | string | number | boolean | null | undefined;

/** Names and values; a number that is not finite is NaN, Infinity or -Infinity, which Python's readers take as such. */
function cells(value: object, prefix = ''): [name: string, cell: string][] {
  return Object.entries(value as Record<string, Part>).flatMap(([key, part]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (part === null || part === undefined) return [];
    if (typeof part === 'object') return cells(part, `${name}/`);
    return [[name, String(part)]];
  });
}

/** RFC 4180. */
function row(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}
