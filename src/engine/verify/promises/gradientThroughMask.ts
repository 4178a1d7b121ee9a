/** Gradient through the mask: zero exactly where the mask is zero, and 1/(1-p) times that of the derived weight elsewhere. */
import { broadcastMask } from '../../probes/broadcastMask.ts';
import type { Examiner } from '../verdict.ts';

/** Two passes may add up in another order on several threads; nothing else may differ. */
const TOLERANCE = 1e-5;

export function gradientThroughMask(): Examiner {
  let dropped = 0;
  let worst = 0;
  let broken: string | null = null;
  const fail = (why: string): void => void (broken ??= why);
  return {
    look({ subject, train, derivedGradient }) {
      for (const { name, p, weight } of subject.sites) {
        const mask = weight && train.values.get(`mask/${name}`);
        if (!mask) continue;
        const gradient = train.values.get(`grad/${weight.raw}`);
        const upstream = derivedGradient.get(weight.raw);
        if (!gradient || !upstream) {
          fail(`${weight.raw} has no gradient to compare with its mask`);
          continue;
        }
        const factors = broadcastMask(mask, gradient.shape).data;
        const largest = upstream.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / (1 - p);
        let through = 0;
        gradient.data.forEach((value, at) => {
          const factor = factors[at]!;
          if (factor === 0) {
            dropped++;
            if (value !== 0) through++;
          } else if (largest > 0) {
            worst = Math.max(worst, Math.abs(value - factor * upstream.data[at]!) / largest);
          }
        });
        if (through > 0) fail(`${weight.raw} has a gradient in ${through} cells where its mask is zero`);
        if (!(worst <= TOLERANCE)) {
          fail(
            `the gradient of ${weight.raw} is not the mask times that of its derived weight (off by ${worst.toExponential(1)})`,
          );
        }
      }
    },
    verdict() {
      const sentence =
        broken ??
        (dropped === 0
          ? 'no weight was dropped, so there was no mask to pass'
          : `zero in all ${dropped} dropped cells, and elsewhere the mask times the derived weight's gradient within ${worst.toExponential(1)}`);
      const holds = broken === null;
      return {
        promise: 'gradient-through-mask',
        title: 'Gradient through the mask',
        holds,
        sentence,
        number: dropped,
        unit: 'dropped cells',
      };
    },
  };
}
