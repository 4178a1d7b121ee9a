/** Where the names at the right end of lines stand: each at its line's height, moved apart where they would touch. */

/** Pixels from one name to the next. */
const APART = 14;

/** Names that stand close together: `start` is where the first is, so that all are moved as little as can be. */
interface Group {
  readonly start: number;
  readonly size: number;
}

/** Heights wanted, ascending, become heights at least {@link APART} apart, from `top` to `bottom` where that has room. */
export function apart(wanted: readonly number[], top: number, bottom: number): number[] {
  const groups: Group[] = [];
  for (const height of wanted) {
    let last: Group = { start: height, size: 1 };
    for (let above = groups.at(-1); above && last.start < above.start + APART * above.size; above = groups.at(-1)) {
      groups.pop();
      last = together(above, last);
    }
    groups.push(last);
  }
  const heights = groups.flatMap(({ start, size }) =>
    Array.from({ length: size }, (_, place) => start + APART * place),
  );
  return heights.map((height, index) =>
    Math.min(Math.max(height, top + APART * index), bottom - APART * (heights.length - 1 - index)),
  );
}

/** The mean of what both want for the first of them. */
function together(above: Group, below: Group): Group {
  const size = above.size + below.size;
  const first = above.start * above.size + (below.start - APART * above.size) * below.size;
  return { start: first / size, size };
}
