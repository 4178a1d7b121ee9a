/** Training loss, raw and smoothed, and validation loss over steps; or all of it as perplexity. */
import type { ChartDataset, Scale } from 'chart.js';
import { css, mix } from '../shared/colour.ts';
import { fixed, integer } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { viewedStep, type PageState } from './store.ts';
import { StepChart, type Point } from './stepChart.ts';

/** Weight of the past in the smoothed line, as TensorBoard's default; never carried across a value that is not finite. */
const SMOOTHING = 0.6;

export class LossChart extends StepChart {
  private empty = true;

  constructor(canvas: HTMLCanvasElement) {
    super(canvas, false, {
      type: 'linear',
      afterBuildTicks: (scale: Scale) => {
        scale.ticks = this.empty ? [] : roundTicks(scale.min, scale.max).map((value) => ({ value }));
      },
      ticks: { callback: (value: number) => (value >= 1000 ? `${value / 1000}k` : String(value)) },
    });
  }

  update(state: PageState): void {
    const palette = currentPalette();
    const { history, measure } = state;
    const asShown = measure === 'loss' ? (ce: number) => ce : Math.exp;
    const steps = history.column('step').values();
    // Perplexity is defined by cross-entropy alone; the loss holds the regularisation terms as well.
    const losses = history.column(measure === 'loss' ? 'loss' : 'ce').values();
    const raw: Point[] = [];
    const smooth: Point[] = [];
    const notFinite: number[] = [];
    let mean = 0;
    let share = 1;
    for (let index = 0; index < steps.length; index++) {
      const [x, loss] = [steps[index] ?? NaN, losses[index] ?? NaN];
      const finite = Number.isFinite(loss);
      if (finite) {
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
        share *= SMOOTHING;
      } else {
        [mean, share] = [0, 1];
        notFinite.push(x);
      }
      raw.push({ x, y: finite ? asShown(loss) : NaN });
      smooth.push({ x, y: finite ? asShown(mean / (1 - share)) : NaN });
    }
    const valid = Array.from(history.validStep.values(), (x, index) => ({ x, y: asShown(history.validCe.at(index)) }));
    const viewed = smooth[history.indexOf(viewedStep(state))]?.y ?? NaN;
    const last = raw.at(-1)?.y ?? NaN;
    const lastValid = valid.at(-1)?.y ?? NaN;
    const datasets: ChartDataset<'line', Point[]>[] = [
      {
        data: raw,
        borderWidth: 1,
        borderColor: css(mix(palette.background, palette.train, palette.highContrast ? 0.7 : 0.5)),
      },
      { data: smooth, borderWidth: 1.75, borderColor: css(palette.train) },
      {
        data: valid,
        borderWidth: 1.25,
        borderColor: css(palette.valid),
        pointRadius: 2.5,
        // A plain colour would be kept when the theme changes.
        pointBackgroundColor: () => css(currentPalette().valid),
        pointBorderWidth: 0,
        borderDash: palette.highContrast ? [4, 2] : [],
      },
    ];
    this.fit([...raw, ...valid]);
    this.show(state, datasets, {
      title: measure === 'loss' ? 'loss' : 'ppl',
      labels: [
        { text: `train ${fixed(last, 2)}`, value: smooth.at(-1)?.y ?? NaN, colour: palette.train },
        { text: `valid ${fixed(lastValid, 2)}`, value: lastValid, colour: palette.valid },
      ],
      rings: [{ value: viewed, colour: palette.train }],
      threshold: null,
      notFinite,
    });
    this.canvas.setAttribute('aria-label', this.inWords(state, raw, valid, notFinite));
  }

  private inWords(
    state: PageState,
    raw: readonly Point[],
    valid: readonly Point[],
    notFinite: readonly number[],
  ): string {
    const name = state.measure === 'loss' ? 'loss' : 'perplexity';
    const first = raw.find(({ y }) => Number.isFinite(y));
    const last = raw.findLast(({ y }) => Number.isFinite(y));
    if (!first || !last) return `Training ${name} over steps: nothing recorded yet`;
    const way = last.y < first.y ? 'falls' : last.y > first.y ? 'rises' : 'stays';
    const sentences = [
      `Training ${name} ${way} from ${fixed(first.y, 3)} to ${fixed(last.y, 3)} over steps ${integer(first.x)} to ${integer(last.x)}.`,
    ];
    const lastValid = valid.at(-1);
    if (lastValid) sentences.push(`Validation ${name} ${fixed(lastValid.y, 3)} at step ${integer(lastValid.x)}.`);
    if (notFinite.length > 0) sentences.push(`Not finite at step ${integer(notFinite[0] ?? 0)}.`);
    sentences.push(`Viewing step ${integer(viewedStep(state))}.`);
    return sentences.join(' ');
  }

  /** The axis holds all values with a little room, so that lines do not lie on its edge. */
  private fit(points: readonly Point[]): void {
    let [min, max] = [Infinity, -Infinity];
    for (const { y } of points) if (Number.isFinite(y)) [min, max] = [Math.min(min, y), Math.max(max, y)];
    this.empty = min > max;
    if (min > max) [min, max] = [0, 1];
    const room = Math.max(0.06 * (max - min), 0.02 * Math.abs(max));
    const scale = this.chart.options.scales?.['y'];
    if (scale) Object.assign(scale, { min: min - room, max: max + room });
  }
}

/** At most three multiples of 1, 2 or 5 times a power of ten. */
function roundTicks(min: number, max: number): number[] {
  const least = (max - min) / 4;
  const power = 10 ** Math.floor(Math.log10(least));
  const size = [1, 2, 5, 10, 20].map((factor) => factor * power).find((step) => multiples(min, max, step).length <= 3);
  return multiples(min, max, size ?? max - min);
}

function multiples(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step);
  const count = Math.max(0, Math.floor(max / step) - first + 1);
  return Array.from({ length: Math.min(count, 20) }, (_, index) => Number(((first + index) * step).toPrecision(6)));
}
