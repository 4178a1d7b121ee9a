/** From a weight's mask name, "0.rnns.0.weight_hh_l0", to its derived tensor, "0.rnns.0.module.weight_hh_l0". */

export function derivedName(site: string): string {
  const dot = site.lastIndexOf('.');
  return `${site.slice(0, dot)}.module${site.slice(dot)}`;
}
