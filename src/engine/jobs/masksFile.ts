/**
 * Masks given to a trace: each under the name and shape of its site, holding 0 and one scale and nothing else. What a
 * site of p = 0 would draw is known without a file: ones.
 */
import type { SiteDescription } from '../../shared/engineContract.ts';
import { CheckpointError } from '../checkpoints/checkpointError.ts';
import { clipped } from '../checkpoints/safetensorsHeader.ts';
import { readSafetensors, readSafetensorsHeader, type NamedTensor } from '../checkpoints/safetensors.ts';
import { didYouMean } from '../../shared/didYouMean.ts';

export interface GivenMasks {
  readonly masks: readonly NamedTensor[];
  /** What is odd but used all the same. */
  readonly warnings: readonly string[];
}

/** Throws a {@link CheckpointError} for what is missing, unknown, misshapen or no mask. */
export async function readMasks(file: string, sites: readonly SiteDescription[]): Promise<GivenMasks> {
  const byName = new Map(sites.map((site) => [site.name, site]));
  const { tensors } = await readSafetensorsHeader(file);
  for (const { name, shape } of tensors) {
    const site = byName.get(name);
    if (!site) {
      const meant = didYouMean(name, byName.keys());
      const todo = meant === undefined ? `the sites are ${[...byName.keys()].join(', ')}` : `did you mean ${meant}?`;
      throw new CheckpointError(`masks ${file}: ${clipped(name)}: this model has no dropout of that name; ${todo}`);
    }
    if (shape.join() !== site.shape.join()) {
      throw new CheckpointError(
        `masks ${file}: ${name} is [${shape.join(', ')}], this model and these tokens need [${site.shape.join(', ')}]; ${axes(site)}`,
      );
    }
  }
  const missing = sites.find(({ name, p }) => p > 0 && !tensors.some((tensor) => tensor.name === name));
  if (missing) {
    throw new CheckpointError(
      `masks ${file}: ${missing.name} is missing, [${missing.shape.join(', ')}]; give every mask, or none and let the seed draw them`,
    );
  }
  const read = await readSafetensors(file);
  const warnings = read.tensors.flatMap((mask) => requireMask(file, mask, byName.get(mask.name)!));
  return { masks: read.tensors, warnings };
}

/** 0 and one positive number; a scale that is not that of p is told, since masks are scaled by 1/(1-p) already. */
function requireMask(file: string, { name, data }: NamedTensor, { p }: SiteDescription): string[] {
  let scale = 0;
  data.forEach((value, at) => {
    if (value === 0) return;
    const why =
      !Number.isFinite(value) || value < 0
        ? `value ${at} is ${value}`
        : scale !== 0 && value !== scale
          ? `it holds ${scale} and ${value}`
          : null;
    if (why !== null) {
      throw new CheckpointError(`masks ${file}: ${name}: ${why}; a mask holds 0 and one scale, 1/(1-p)`);
    }
    scale = value;
  });
  const wanted = p < 1 ? Math.fround(1 / (1 - p)) : 0;
  if (scale === 0 || Math.abs(scale - wanted) <= 1e-5 * wanted) return [];
  return [`masks ${file}: ${name} scales by ${scale}; p ${p} in the config means ${wanted}`];
}

function axes({ variesAlong }: SiteDescription): string {
  return `one draw for each of ${variesAlong.map(({ axis, size }) => `${size} ${axis}`).join(' x ')}`;
}
