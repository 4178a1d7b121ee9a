/**
 * Which steps of a run are taken for a series that is to be spread over it: one for every so many steps, the first that
 * comes along in each such span, for not every step is recorded.
 */

/** Whether `step` begins a span of `every` steps after `last`, the latest one taken (0 without one). The first step does. */
export function beginsSpan(step: number, last: number, every: number): boolean {
  return last === 0 || Math.floor(step / every) > Math.floor(last / every);
}

/** Of ascending rows those that remain when spans are `every` steps. */
export function spaced<Row extends { readonly step: number }>(rows: readonly Row[], every: number): Row[] {
  let last = 0;
  return rows.filter(({ step }) => {
    const kept = beginsSpan(step, last, every);
    if (kept) last = step;
    return kept;
  });
}
