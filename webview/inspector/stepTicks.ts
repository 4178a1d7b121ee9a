/** Ticks of every axis of steps: round numbers, few enough to be read. */

/** Multiples of a round number of steps from `from` to `to`, at most `most` of them and one. */
export function roundSteps(from: number, to: number, most: number): number[] {
  const least = (to - from + 1) / most;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= least) ?? power;
  const first = Math.ceil(from / size);
  const count = Math.max(0, Math.floor(to / size) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * size);
}
