/** Locked over what: for each mask, which axes it is constant along, found from the masks and said in words. */
import type { ExaminedSite } from '../subject.ts';
import type { Examiner } from '../verdict.ts';
import { MaskAxes } from './maskAxes.ts';

export function lockedOver(): Examiner {
  const found = new Map<string, { site: ExaminedSite; axes: MaskAxes }>();
  return {
    look({ subject, train }) {
      for (const site of subject.sites) {
        const mask = train.values.get(`mask/${site.name}`);
        if (!mask) continue;
        const entry = found.get(site.name) ?? { site, axes: new MaskAxes(site) };
        found.set(site.name, entry);
        entry.axes.add(mask);
      }
    },
    verdict() {
      const readings = [...found.values()].map(({ site, axes }) => reading(site, axes));
      const broken = readings.find(({ holds }) => !holds);
      const told = readings.filter(({ tells }) => tells);
      const sentence =
        broken?.words ??
        (told.length === 0
          ? 'nothing was dropped in these steps, so nothing can be told'
          : told.map(({ words }) => words).join('; '));
      return {
        promise: 'locked-over',
        title: 'Locked over what',
        holds: !broken,
        sentence,
        number: told.length,
        unit: 'masks',
      };
    },
  };
}

function reading(site: ExaminedSite, axes: MaskAxes): { holds: boolean; tells: boolean; words: string } {
  const { name } = site;
  const along = (axes: readonly string[]): string => axes.join(' and ') || 'no axis';
  if (axes.misfit) {
    const sizes = site.axes.map(({ size }) => size).join(', ');
    const words = `the mask of ${name} is [${axes.misfit.join(', ')}], which cannot be laid over [${sizes}]`;
    return { holds: false, tells: true, words };
  }
  if (!axes.seen) return { holds: true, tells: false, words: '' };
  const tellable = new Set(site.axes.filter(({ size }) => size > 1).map(({ axis }) => axis));
  const wanted = site.constantAlong.filter((axis) => tellable.has(axis));
  const holds = along(axes.constant) === along(wanted);
  const is = `${name} is constant along ${along(axes.constant)}`;
  return { holds, tells: true, words: holds ? is : `${is}; it should be constant along ${along(wanted)}` };
}
