/** The vertical scales of charts over steps: which values have a tick, and how ticks are written. None has one while its chart is empty. */
import type { Scale } from 'chart.js';
import { tick } from '../shared/format.ts';
import { logTicks, roundTicks } from './axisTicks.ts';

/** Of losses and perplexities: round numbers, thousands as "2k". */
export const lossScale = (isEmpty: () => boolean) => ({
  type: 'linear',
  afterBuildTicks: (scale: Scale) => {
    scale.ticks = isEmpty() ? [] : roundTicks(scale.min, scale.max).map((value) => ({ value }));
  },
  ticks: { callback: (value: number) => (value >= 1000 && value < 1e6 ? `${value / 1000}k` : tick(value)) },
});

/** Of gradient norms: powers of ten. */
export const normScale = (isEmpty: () => boolean) => ({
  type: 'logarithmic',
  afterBuildTicks: (scale: Scale) => {
    scale.ticks = isEmpty() ? [] : logTicks(scale.min, scale.max).map((value) => ({ value }));
  },
  ticks: { callback: (value: number) => tick(Number(value.toPrecision(1))) },
});
