/**
 * The jobs of a captured step as wasm reads them: where everything is in the arena, and lists of jobs with the addresses
 * put into their arguments. Whole steps from either side of the variables; and, when somebody asks, the jobs that some
 * labels need, without updates.
 */
import { JOBS, LAYOUTS } from '../../wasm/jobs.ts';
import { type Arena, ArenaLayout } from './arena.ts';
import { type JobRecord, piecesOf, type Place } from './jobRecord.ts';
import { type Lifetime, planMemory } from './memoryPlan.ts';

/** Which of a variable's two places is read; the step writes to the other one. */
export type Side = 0 | 1;

/** Words of an entry of a list: job, address of its arguments, about how much work it is (0 to 2^31). */
const ENTRY_WORDS = 3;

interface List {
  /** Offset in its arena. */
  readonly at: number;
  readonly count: number;
}

export class JobLists {
  readonly arena: Arena;
  readonly #record: JobRecord;
  readonly #allocate: (bytes: number) => Arena;
  readonly #inputs = new Map<string, number>();
  readonly #variables = new Map<string, readonly [number, number]>();
  /** Of pieces that have one place: by piece. */
  readonly #offsets: readonly number[];
  /** By piece that a variable is assigned, where it is written to: the variable. */
  readonly #results = new Map<number, string>();
  /** Assigned from something that has a place of its own: copied at the end. */
  readonly #copies: readonly { readonly piece: number; readonly variable: string }[];
  readonly #scratch: number;
  readonly #steps: readonly [List, List];
  readonly #looks = new Map<readonly string[], Look>();

  constructor(record: JobRecord, allocate: (bytes: number) => Arena) {
    this.#record = record;
    this.#allocate = allocate;
    const layout = new ArenaLayout();
    for (const [name, { shape }] of record.variables) {
      const bytes = 4 * shape.reduce((a, b) => a * b, 1);
      const first = layout.add(bytes);
      this.#variables.set(name, [first, record.assigned.has(name) ? layout.add(bytes) : first]);
    }
    for (const [name, piece] of record.assigned) {
      if (record.pieces[piece]!.from.kind === 'made' && !this.#results.has(piece)) this.#results.set(piece, name);
    }
    this.#copies = Array.from(record.assigned, ([variable, piece]) => ({ piece, variable })).filter(
      ({ piece, variable }) => this.#results.get(piece) !== variable,
    );
    const plan = planMemory(this.#lifetimes());
    const planned = layout.add(plan.bytes);
    this.#offsets = plan.offsets.map((offset) => planned + offset);
    this.#scratch = layout.add(record.scratchBytes);
    const lists = layout.add(2 * 4 * sizeOf(record));
    this.arena = allocate(layout.bytes);
    for (const [piece, { from }] of record.pieces.entries()) {
      if (from.kind === 'input') this.#inputs.set(from.name, this.#offsets[piece]!);
      if (from.kind === 'constant') this.arena.bytes(this.#offsets[piece]!, from.values.length).set(from.values);
    }
    const all = record.jobs.map((_, index) => index);
    const writer = new ListWriter(record, this.arena, lists);
    const list = (side: Side): List =>
      writer.write(all, (place) => this.arena.start + this.#at(place, (piece) => this.offsetOf(piece, side)));
    this.#steps = [list(0), list(1)];
  }

  inputAt(name: string): number {
    return this.#inputs.get(name)!;
  }

  variableAt(name: string, side: Side): number {
    return this.#variables.get(name)![side];
  }

  /** Where a piece is in a step that reads from `side`. */
  offsetOf(piece: number, side: Side): number {
    const { from } = this.#record.pieces[piece]!;
    if (from.kind === 'variable') return this.variableAt(from.name, side);
    const result = this.#results.get(piece);
    return result === undefined ? this.#offsets[piece]! : this.variableAt(result, side === 0 ? 1 : 0);
  }

  /** A whole step. */
  run(side: Side): void {
    const { at, count } = this.#steps[side];
    this.arena.kernels.runList(this.arena.start + at, count);
    for (const { piece, variable } of this.#copies) {
      const bytes = this.#record.pieces[piece]!.bytes;
      const to = this.variableAt(variable, side === 0 ? 1 : 0);
      this.arena.bytes(to, bytes).set(this.arena.bytes(this.offsetOf(piece, side), bytes));
    }
  }

  /** The jobs that these labels need, reading from `side` and leaving the other one alone; gives where pieces are then. */
  look(labels: readonly string[], side: Side): (piece: number) => number {
    let look = this.#looks.get(labels);
    if (!look) {
      look = this.#prepareLook(labels);
      this.#looks.set(labels, look);
    }
    const { at, count } = look.lists[side];
    this.arena.kernels.runList(look.arena.start + at, count);
    const { spare, arena } = look;
    return (piece) => {
      const aside = spare.get(piece);
      return aside === undefined ? this.offsetOf(piece, side) : arena.start + aside - this.arena.start;
    };
  }

  dispose(): void {
    for (const { arena } of this.#looks.values()) arena.dispose();
    this.arena.dispose();
  }

  #prepareLook(labels: readonly string[]): Look {
    const { jobs } = needed(this.#record, labels);
    const layout = new ArenaLayout();
    const spare = new Map<number, number>();
    for (const job of jobs) {
      for (const piece of piecesOf(this.#record.jobs[job]!, LAYOUTS[this.#record.jobs[job]!.job]).writes) {
        if (this.#results.has(piece) && !spare.has(piece))
          spare.set(piece, layout.add(this.#record.pieces[piece]!.bytes));
      }
    }
    const lists = layout.add(2 * 4 * sizeOf(this.#record));
    const arena = this.#allocate(layout.bytes);
    const writer = new ListWriter(this.#record, arena, lists);
    const list = (side: Side): List =>
      writer.write(jobs, (place) => {
        const aside = 'piece' in place ? spare.get(place.piece) : undefined;
        if (aside !== undefined && 'offset' in place) return arena.start + aside + place.offset;
        return this.arena.start + this.#at(place, (piece) => this.offsetOf(piece, side));
      });
    return { arena, spare, lists: [list(0), list(1)] };
  }

  #at(place: Place, offsetOf: (piece: number) => number): number {
    return 'piece' in place ? offsetOf(place.piece) + place.offset : this.#scratch + place.scratch;
  }

  /** Pieces with places elsewhere take none here; those that are labelled or given are there all the time. */
  #lifetimes(): Lifetime[] {
    const { pieces, jobs, labels } = this.#record;
    const lives = pieces.map(({ bytes }) => ({ bytes, first: Infinity, last: -1 }));
    for (const [index, job] of jobs.entries()) {
      const { reads, writes } = piecesOf(job, LAYOUTS[job.job]);
      for (const piece of [...reads, ...writes]) {
        const life = lives[piece]!;
        life.first = Math.min(life.first, index);
        life.last = index;
      }
    }
    const lasting = new Set([
      ...Array.from(labels.values(), ({ piece }) => piece),
      ...this.#copies.map(({ piece }) => piece),
    ]);
    return lives.map((life, piece) => {
      const { kind } = pieces[piece]!.from;
      if (kind === 'variable' || this.#results.has(piece)) return { bytes: 0, first: 0, last: 0 };
      if (kind !== 'made' || lasting.has(piece)) return { bytes: life.bytes, first: 0, last: jobs.length };
      return life;
    });
  }
}

interface Look {
  readonly arena: Arena;
  /** Where results are written instead of into variables. */
  readonly spare: ReadonlyMap<number, number>;
  readonly lists: readonly [List, List];
}

/** Jobs that the values of these labels are computed by, in order, and the variables they start from. */
export function needed(
  { jobs, pieces, labels }: JobRecord,
  names: readonly string[],
): { jobs: number[]; variables: Set<string> } {
  const wanted = new Set(names.map((name) => labels.get(name)!.piece));
  const chosen: number[] = [];
  for (let index = jobs.length - 1; index >= 0; index--) {
    const { reads, writes } = piecesOf(jobs[index]!, LAYOUTS[jobs[index]!.job]);
    // What is written partly stays wanted: other jobs write the rest.
    if (!writes.some((piece) => wanted.has(piece))) continue;
    chosen.push(index);
    for (const piece of reads) wanted.add(piece);
  }
  const variables = [...wanted].flatMap((piece) => {
    const { from } = pieces[piece]!;
    return from.kind === 'variable' ? [from.name] : [];
  });
  return { jobs: chosen.reverse(), variables: new Set(variables) };
}

/** Words that a list of all jobs and their arguments takes. */
function sizeOf({ jobs }: JobRecord): number {
  return jobs.reduce((sum, { words, floats }) => sum + ENTRY_WORDS + words.length + floats.length, 0);
}

class ListWriter {
  readonly #record: JobRecord;
  readonly #arena: Arena;
  #at: number;

  /** Writes at the offset `at` of the arena. */
  constructor(record: JobRecord, arena: Arena, at: number) {
    this.#record = record;
    this.#arena = arena;
    this.#at = at;
  }

  write(jobs: readonly number[], address: (place: Place) => number): List {
    const at = this.#at;
    this.#at += 4 * ENTRY_WORDS * jobs.length;
    for (const [entry, index] of jobs.entries()) {
      const { job, words, floats, work } = this.#record.jobs[index]!;
      const head = this.#arena.words(at + 4 * ENTRY_WORDS * entry, ENTRY_WORDS);
      head.set([JOBS[job], this.#arena.start + this.#at, Math.min(work, 2 ** 31 - 1)]);
      const resolved = words.map((word) => (typeof word === 'number' ? word : address(word)));
      this.#arena.words(this.#at, words.length).set(resolved.map((word) => word | 0));
      this.#arena.floats(this.#at + 4 * words.length, floats.length).set(floats);
      this.#at += 4 * (words.length + floats.length);
    }
    return { at, count: jobs.length };
  }
}
