/** Raw, mask, derived: in training derived = raw x mask, in evaluation derived = raw, both bit for bit. */
import { broadcastMask } from '../../probes/broadcastMask.ts';
import type { Pass, Values } from '../pass.ts';
import type { ExaminedSite } from '../subject.ts';
import type { Examiner } from '../verdict.ts';

export function rawMaskDerived(): Examiner {
  let cells = 0;
  let weights = 0;
  let broken: string | null = null;
  const compare = (site: ExaminedSite, raw: Values, pass: Pass, mode: 'training' | 'evaluation'): void => {
    const { derived: name, mode: dropMode } = site.weight!;
    const derived = pass.values.get(`derived/${name}`);
    const mask = pass.values.get(`mask/${site.name}`);
    const drops = site.p > 0 && (dropMode === 'always' || (dropMode === 'training' && mode === 'training'));
    if (!derived) return fail(`${name} is not to be seen in ${mode}`);
    if (drops && !mask) return fail(`${site.name} draws no mask in ${mode} although p is ${site.p}`);
    const factors = drops && mask ? broadcastMask(mask, raw.shape).data : null;
    const what = factors ? 'raw x mask' : 'raw';
    let equal = 0;
    raw.data.forEach((value, at) => {
      if (Object.is(Math.fround(factors ? value * factors[at]! : value), derived.data[at])) equal++;
    });
    cells += raw.data.length;
    if (equal < raw.data.length) {
      fail(`in ${mode} ${name} is not ${what}: ${raw.data.length - equal} of ${raw.data.length} cells differ`);
    }
  };
  const fail = (why: string): void => void (broken ??= why);
  return {
    look({ subject, raw, train, evaluations }) {
      const dropped = subject.sites.filter(({ weight }) => weight);
      weights = dropped.length;
      for (const site of dropped) {
        const stored = raw.get(site.weight!.raw);
        if (!stored) {
          fail(`there is no parameter ${site.weight!.raw}`);
          continue;
        }
        compare(site, stored, train, 'training');
        for (const evaluation of evaluations) compare(site, stored, evaluation, 'evaluation');
      }
    },
    verdict() {
      const sentence =
        broken ??
        (weights === 0
          ? 'no weight is dropped in this model'
          : `derived = raw x mask in training and derived = raw in evaluation, in each of ${cells} cells of ${weights} weights`);
      const holds = broken === null;
      return {
        promise: 'raw-mask-derived',
        title: 'Raw, mask, derived',
        holds,
        sentence,
        number: cells,
        unit: 'cells',
      };
    },
  };
}
