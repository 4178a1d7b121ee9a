/** Keep rate: observed against p, with a band from the number of independent draws, not of elements. */
import type { ExaminedSite } from '../subject.ts';
import { type Examiner, listed, percent } from '../verdict.ts';
import { MaskAxes } from './maskAxes.ts';

/** Half the band in standard deviations: a sound mask leaves it once in two million sites. */
const DEVIATIONS = 5;

interface Tally {
  readonly site: ExaminedSite;
  readonly axes: MaskAxes;
  masks: number;
  cells: number;
  kept: number;
  /** A kept cell that is not 1/(1-p). */
  odd: number | null;
}

export function keepRate(): Examiner {
  const tallies = new Map<string, Tally>();
  const missing = new Set<string>();
  return {
    look({ subject, train }) {
      for (const site of subject.sites) {
        const mask = train.values.get(`mask/${site.name}`);
        const drops = site.p > 0 && site.weight?.mode !== 'off';
        if (drops && !mask) missing.add(site.name);
        if (!drops || !mask) continue;
        const tally = tallies.get(site.name) ?? {
          site,
          axes: new MaskAxes(site),
          masks: 0,
          cells: 0,
          kept: 0,
          odd: null,
        };
        tallies.set(site.name, tally);
        count(tally, mask.data);
        tally.axes.add(mask);
      }
    },
    verdict() {
      const readings = [...tallies.values()].map(reading);
      const broken = readings.find(({ holds }) => !holds);
      const draws = readings.reduce((sum, each) => sum + each.draws, 0);
      const furthest = readings.reduce((most, { deviations }) => Math.max(most, deviations), 0);
      const sentence =
        missing.size > 0
          ? `no mask was drawn at ${listed([...missing])} although p is above 0`
          : (broken?.words ??
            (readings.length === 0
              ? 'every p is 0, so nothing is dropped'
              : `${readings.length} masks keep what 1 - p says, the furthest by ${furthest.toFixed(1)} standard deviations of ${draws} independent draws`));
      const holds = missing.size === 0 && !broken;
      return {
        promise: 'keep-rate',
        title: 'Keep rate',
        holds,
        sentence,
        number: Number(furthest.toFixed(3)),
        unit: 'standard deviations',
      };
    },
  };
}

function count(tally: Tally, data: Float32Array): void {
  const value = Math.fround(1 / (1 - tally.site.p));
  tally.masks++;
  tally.cells += data.length;
  for (const cell of data) {
    if (cell === 0) continue;
    tally.kept++;
    if (cell !== value) tally.odd ??= cell;
  }
}

function reading({ site, axes, masks, cells, kept, odd }: Tally) {
  const { name, p } = site;
  const perMask = axes.seen ? axes.draws : cells / masks;
  const draws = masks * perMask;
  const share = kept / cells;
  const deviation = Math.sqrt((p * (1 - p)) / draws);
  const deviations = deviation > 0 ? Math.abs(share - (1 - p)) / deviation : share === 1 - p ? 0 : Infinity;
  const band = [Math.max(0, 1 - p - DEVIATIONS * deviation), Math.min(1, 1 - p + DEVIATIONS * deviation)] as const;
  const words =
    odd === null
      ? `${name} keeps ${percent(share)} of ${draws} independent draws; with p = ${p} it should be ${percent(band[0])} to ${percent(band[1])}`
      : `${name} scales what it keeps by ${odd}; with p = ${p} it should be ${Math.fround(1 / (1 - p))}`;
  return { holds: odd === null && deviations <= DEVIATIONS, draws, deviations, words };
}
