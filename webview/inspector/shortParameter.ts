/** Names of parameters where there is little room. */

/** "rnns.0.weight_ih_l0" of "0.rnns.0.module.weight_ih_l0": short, but never at the end, where `_raw` is the point. */
export function shortParameter(name: string): string {
  return name.replace(/^\d+\./, '').replace('.module.', '.');
}
