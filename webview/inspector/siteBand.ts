/** What a dropout site's kept rate should be: the band from its independent draws, and the sites in words. */
import type { SiteDescription } from '../../src/shared/engineContract.ts';
import { count, integer } from '../shared/format.ts';

/** Half width of the 95 % band of one step's kept share; the n is that of independent draws, not of elements. */
export function band(p: number, draws: number): number {
  return 1.96 * Math.sqrt((p * (1 - p)) / draws);
}

/** "encoder_dp" of "0.encoder_dp": the leading number only tells encoder from decoder. */
export function shortName(name: string): string {
  return name.replace(/^\d+\./, '');
}

/** "constant along time (70)"; a weight's mask is the same at every time step of the batch. */
export function constantInWords(site: SiteDescription): string {
  const time = site.constantAlong.find(({ axis }) => axis === 'time');
  if (site.kind === 'weight' && time) return `the same at all ${time.size} time steps`;
  // The first axis is the one that tells this kind of dropout from others; the rest stand in the second sentence.
  return site.constantAlong.length === 0
    ? 'constant along no axis'
    : `constant along ${listAxes(site.constantAlong.slice(0, 1))}`;
}

/** "varies along batch (16), features (64): 1,024 draws". */
export function variesInWords(site: SiteDescription): string {
  const axes = site.variesAlong.length > 0 ? listAxes(site.variesAlong) : 'no axis';
  const more = site.kind === 'weight' ? [] : site.constantAlong.slice(1);
  const also = more.length > 0 ? `also along ${listAxes(more)}; ` : '';
  // Along one axis its length is the number of draws: saying it twice would take a second line.
  const [only, other] = site.variesAlong;
  const draws = only?.size === site.draws && !other ? '' : `: ${count(site.draws, 'draw')}`;
  return `${also}varies along ${axes}${draws}`;
}

function listAxes(axes: SiteDescription['constantAlong']): string {
  return axes.map(({ axis, size }) => `${axis} (${integer(size)})`).join(', ');
}
