/** Where pieces of memory go that are not all needed at once: those whose times overlap never do in place. */

export interface Lifetime {
  readonly bytes: number;
  /** Indices of the first and the last job that uses it, both included. */
  readonly first: number;
  readonly last: number;
}

export interface MemoryPlan {
  /** For each piece, in bytes. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

const ALIGNMENT = 64;

/** The largest first, each at the lowest place that is free all its life. */
export function planMemory(pieces: readonly Lifetime[]): MemoryPlan {
  const offsets = pieces.map(() => 0);
  const placed: (Lifetime & { readonly from: number; readonly to: number })[] = [];
  const order = pieces.map((piece, index) => ({ piece, index })).sort((a, b) => b.piece.bytes - a.piece.bytes);
  let total = 0;
  for (const { piece, index } of order) {
    const size = Math.ceil(piece.bytes / ALIGNMENT) * ALIGNMENT;
    let from = 0;
    for (const other of placed) {
      if (other.last < piece.first || piece.last < other.first) continue;
      if (from + size <= other.from) break;
      from = Math.max(from, other.to);
    }
    offsets[index] = from;
    total = Math.max(total, from + size);
    const at = placed.findIndex((other) => other.from > from);
    placed.splice(at < 0 ? placed.length : at, 0, { ...piece, from, to: from + size });
  }
  return { offsets, bytes: total };
}
