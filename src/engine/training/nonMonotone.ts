/** When NT-ASGD begins to average (Merity, Keskar and Socher 2017, algorithm 1). */

/**
 * True when the newest evaluation `ce` is worse than the best of all earlier ones but the last `nonmono`. `earlier` is in
 * order, without `ce`; too few of them never trigger.
 */
export function stoppedImproving(earlier: readonly number[], ce: number, nonmono: number): boolean {
  if (earlier.length <= nonmono) return false;
  const best = earlier.slice(0, -nonmono).reduce((least, value) => Math.min(least, value), Infinity);
  return ce > best;
}
