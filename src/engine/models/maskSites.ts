/** Every place of a model where a mask can be drawn, by the mask's name. */
import { EmbeddingDropout } from '../dropout/embeddingDropout.ts';
import { RNNDropout } from '../dropout/rnnDropout.ts';
import { WeightDropout } from '../dropout/weightDropout.ts';
import type { Module } from '../nn/module.ts';

/** Drop probability of each mask site as it is now; 0 where weight drop is off. */
export function maskSites(model: Module): Map<string, number> {
  const sites = new Map<string, number>();
  for (const module of model.namedModules().values()) {
    if (module instanceof EmbeddingDropout) sites.set(module.path, module.embedP);
    if (module instanceof RNNDropout) sites.set(module.path, module.p);
    if (module instanceof WeightDropout) {
      for (const name of module.layerNames) sites.set(module.nameOf(name), module.mode === 'off' ? 0 : module.weightP);
    }
  }
  return sites;
}
