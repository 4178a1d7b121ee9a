/** A language model as a subject: its first batch from a zero state, and what its config promises about each mask. */
import type { SiteDescription } from '../../shared/engineContract.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { dropoutSites } from '../../shared/dropoutSites.ts';
import { languageModelLoss } from '../training/losses.ts';
import { batchTensors, type TokenBatch } from '../training/trainerBatch.ts';
import type { ExaminedSite, Subject } from './subject.ts';

export function languageModelSubject(model: LanguageModel, config: Config, batch: TokenBatch): Subject {
  const { vocabulary } = model.encoder.encoder;
  return {
    module: model,
    seed: config.seed,
    sites: dropoutSites(config, vocabulary).map((site) => examined(site, config, batch)),
    loss: () => {
      model.reset();
      return languageModelLoss(model, batchTensors(batch, vocabulary), config);
    },
  };
}

function examined(site: SiteDescription, config: Config, { rows, length }: TokenBatch): ExaminedSite {
  const { name, p, kind, variesAlong, constantAlong } = site;
  if (kind === 'activation') {
    const features = variesAlong.find(({ axis }) => axis === 'features')!;
    const axes = [{ axis: 'batch', size: rows }, { axis: 'time', size: length }, features];
    return { name, p, axes, constantAlong: ['time'] };
  }
  // A table or weight is shared by all rows and steps anyway; here its own two axes count.
  const shared = constantAlong.filter(({ axis }) => axis !== 'batch' && axis !== 'time');
  const own = [...variesAlong, ...shared];
  const axes = site.granularity === 'column' ? own.reverse() : own;
  const examinedSite = { name, p, axes, constantAlong: shared.map(({ axis }) => axis) };
  if (site.raw === undefined) return examinedSite;
  const derived = name.replace(/\.(\w+)$/, '.module.$1');
  return { ...examinedSite, weight: { raw: site.raw, derived, mode: config.weight_drop.mode } };
}
