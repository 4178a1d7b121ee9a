/** Two promises about every dropped weight: derived = raw x mask bit for bit, and the gradient stops where the mask does. */
import type { RunDescription, WeightView } from '../../shared/engineContract.ts';
import type { Verdict } from '../../shared/stepContract.ts';
import { broadcastMask } from './broadcastMask.ts';
import { derivedName } from './derivedName.ts';
import { maskFacts } from './maskFacts.ts';
import type { RecordedStep } from './recordedStep.ts';
import { counted, shortName } from './shortName.ts';

/** The facts of one weight site; null where the step did not record all four tensors. */
export interface WeightSiteFacts {
  readonly site: string;
  readonly facts: WeightView['facts'] | null;
}

/** One entry for each weight site that drew a mask. */
export function weightSiteFacts(recorded: RecordedStep, { sites }: RunDescription): WeightSiteFacts[] {
  return sites.flatMap(({ name, raw: rawName, p }): WeightSiteFacts[] => {
    if (rawName === undefined || p === 0) return [];
    const raw = recorded.read(rawName);
    const mask = recorded.read(`mask/${name}`);
    const derived = recorded.read(`derived/${derivedName(name)}`);
    const gradient = recorded.read(`grad/${rawName}`);
    if (!raw || !mask || !derived || !gradient) return [{ site: name, facts: null }];
    const whole = broadcastMask(mask, raw.shape);
    return [{ site: name, facts: maskFacts(raw.data, whole.data, derived.data, gradient.data) }];
  });
}

export function derivedVerdict(sites: readonly WeightSiteFacts[]): Verdict[] {
  return verdictOf(
    'derived',
    sites,
    ({ equal, cells }) => equal === cells,
    ({ equal, cells }) => `derived = raw × mask in ${counted(equal)} of ${counted(cells)} cells, bit for bit`,
  );
}

export function gradientMaskVerdict(sites: readonly WeightSiteFacts[]): Verdict[] {
  return verdictOf('gradient-mask', sites, (facts) => facts.gradientZerosDropped === facts.dropped, gradientSentence);
}

function gradientSentence({ dropped, gradientZeros, gradientZerosDropped }: WeightView['facts']): string {
  if (gradientZerosDropped < dropped) {
    const missed = counted(dropped - gradientZerosDropped);
    return `gradient is not 0 in ${missed} of the ${counted(dropped)} dropped cells`;
  }
  const seen = `gradient is 0 in ${counted(gradientZeros)} cells`;
  if (gradientZeros === dropped) return `${seen}, exactly the ${counted(dropped)} dropped`;
  return `${seen}: all ${counted(dropped)} dropped ones, and ${counted(gradientZeros - dropped)} that were kept`;
}

/** One verdict over all sites while they hold; one for each site that breaks the promise. */
function verdictOf(
  rule: Verdict['rule'],
  sites: readonly WeightSiteFacts[],
  holds: (facts: WeightView['facts']) => boolean,
  say: (facts: WeightView['facts']) => string,
): Verdict[] {
  const seen = sites.flatMap(({ site, facts }) => (facts ? [{ site, facts }] : []));
  if (seen.length === 0) {
    const sentence = sites.length === 0 ? 'No weight is dropped in this model.' : 'Not checked at this step.';
    return [{ rule, holds: null, sentence }];
  }
  const broken = seen.filter(({ facts }) => !holds(facts));
  if (broken.length > 0) {
    return broken.map(({ site, facts }) => ({
      rule,
      holds: false,
      name: site,
      sentence: `\`${shortName(site)}\`: ${say(facts)}.`,
    }));
  }
  const [only, ...more] = seen as [(typeof seen)[number], ...typeof seen];
  const total = more.reduce((sum, { facts }) => addFacts(sum, facts), only.facts);
  const where = more.length === 0 ? { name: only.site } : {};
  const weights = more.length === 0 ? '' : `, over ${seen.length} weights`;
  return [{ rule, holds: true, ...where, sentence: `${capital(say(total))}${weights}.` }];
}

function addFacts(one: WeightView['facts'], other: WeightView['facts']): WeightView['facts'] {
  return {
    cells: one.cells + other.cells,
    equal: one.equal + other.equal,
    dropped: one.dropped + other.dropped,
    gradientZeros: one.gradientZeros + other.gradientZeros,
    gradientZerosDropped: one.gradientZerosDropped + other.gradientZerosDropped,
  };
}

/** A formula keeps its small letter. */
function capital(sentence: string): string {
  return sentence.startsWith('derived =') ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
