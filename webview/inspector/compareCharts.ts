/**
 * The curves of two runs over one axis of steps: loss (or perplexity) and gradient norm before clipping. A run has one
 * colour and one kind of line, so that they are told apart without colour too: A is solid, B is dashed; points are
 * evaluations, round in A and triangles in B.
 */
import type { ChartDataset } from 'chart.js';
import { css, mix, type Rgb } from '../shared/colour.ts';
import { fixed, integer, significant } from '../shared/format.ts';
import { currentPalette, type Palette } from '../shared/theme.ts';
import { logRange, rangeOf, type Point } from './axisTicks.ts';
import type { History } from './history.ts';
import { lossCurve } from './lossCurve.ts';
import { StepChart, type EndLabel } from './stepChart.ts';
import { viewedStep, type PageState } from './store.ts';
import { lossScale, normScale } from './valueScales.ts';

type Line = ChartDataset<'line', Point[]>;

const DASHES = [6, 3];

abstract class CompareChart extends StepChart {
  protected override axisEnd(state: PageState): number {
    return Math.max(super.axisEnd(state), state.other?.history.lastStep ?? 0);
  }
}

interface Side {
  readonly run: 'A' | 'B';
  readonly history: History;
}

/** A always; B once it is known. */
function sidesOf({ history, other }: PageState): Side[] {
  return [{ run: 'A', history }, ...(other ? [{ run: 'B' as const, history: other.history }] : [])];
}

export function runColour(run: 'A' | 'B', palette: Palette): Rgb {
  return run === 'A' ? palette.train : palette.other;
}

export class CompareLossChart extends CompareChart {
  constructor(canvas: HTMLCanvasElement) {
    super(canvas, false, lossScale);
  }

  update(state: PageState): void {
    const palette = currentPalette();
    const step = viewedStep(state);
    const curves = sidesOf(state).map((side) => ({ ...side, ...lossCurve(side.history, state.measure) }));
    this.fit(rangeOf(curves.flatMap(({ raw, valid }) => [...raw, ...valid])));
    const labels: EndLabel[] = curves.flatMap(({ run, smooth, raw, valid }) => {
      const colour = runColour(run, palette);
      const [last, lastValid] = [raw.at(-1)?.y ?? NaN, valid.at(-1)?.y ?? NaN];
      return [
        { text: `${run} train ${fixed(last, 2)}`, value: smooth.at(-1)?.y ?? NaN, colour },
        { text: `${run} valid ${fixed(lastValid, 2)}`, value: lastValid, colour },
      ];
    });
    this.show(state, this.lines(curves, palette), {
      title: state.measure === 'loss' ? 'loss' : 'ppl',
      labels,
      rings: curves.map(({ run, history, smooth }) => ({
        value: valueAt(history, step, smooth),
        colour: runColour(run, palette),
      })),
      threshold: null,
      notFinite: curves.flatMap(({ notFinite }) => notFinite),
    });
    this.canvas.setAttribute('aria-label', lossInWords(state, curves));
  }

  /** Always as many as two runs need, so that a line that is gone leaves nothing behind. */
  private lines(curves: readonly (Side & ReturnType<typeof lossCurve>)[], palette: Palette): Line[] {
    const faint = palette.highContrast ? 0.7 : 0.4;
    return (['A', 'B'] as const).flatMap((run): Line[] => {
      const curve = curves.find((candidate) => candidate.run === run);
      const colour = runColour(run, palette);
      const borderDash = run === 'A' ? [] : DASHES;
      return [
        { data: curve?.raw ?? [], borderWidth: 1, borderColor: css(mix(palette.background, colour, faint)) },
        { data: curve?.smooth ?? [], borderWidth: 1.75, borderColor: css(colour), borderDash },
        {
          data: curve?.valid ?? [],
          borderWidth: 1,
          borderColor: css(colour),
          borderDash,
          pointRadius: run === 'A' ? 3 : 4,
          pointStyle: run === 'A' ? 'circle' : 'triangle',
          // A plain colour would be kept when the theme changes.
          pointBackgroundColor: () => css(runColour(run, currentPalette())),
          pointBorderWidth: 0,
        },
      ];
    });
  }
}

export class CompareNormChart extends CompareChart {
  constructor(canvas: HTMLCanvasElement) {
    super(canvas, true, normScale);
  }

  update(state: PageState): void {
    const palette = currentPalette();
    const step = viewedStep(state);
    const curves = sidesOf(state).map((side) => ({ ...side, norms: normsOf(side.history) }));
    const finite = curves.flatMap(({ norms }) => norms.map(({ y }) => y).filter(Number.isFinite));
    // One by one: a long run has more values than a call takes arguments.
    const [low, high] = finite.reduce(([least, most], y) => [Math.min(least, y), Math.max(most, y)], [Infinity, 0]);
    this.fit(logRange(low, high, 0));
    const lines = (['A', 'B'] as const).map((run): Line => {
      const data = curves.find((candidate) => candidate.run === run)?.norms ?? [];
      return {
        data,
        borderWidth: 1.25,
        borderColor: css(runColour(run, palette)),
        borderDash: run === 'A' ? [] : DASHES,
      };
    });
    const lastOf = (norms: readonly Point[]) => norms.findLast(({ y }) => Number.isFinite(y))?.y ?? NaN;
    this.show(state, lines, {
      title: 'grad',
      labels: curves
        .filter(({ norms }) => norms.length > 0)
        .map(({ run, norms }) => ({
          text: `${run} norm ${significant(lastOf(norms), 2)}`,
          value: lastOf(norms),
          colour: runColour(run, palette),
        })),
      rings: curves.map(({ run, history, norms }) => ({
        value: valueAt(history, step, norms),
        colour: runColour(run, palette),
      })),
      threshold: null,
      notFinite: curves.flatMap(({ norms, history }) =>
        norms
          .filter(({ y }, index) => Number.isNaN(y) && !Number.isFinite(history.column('gradNorm').at(index)))
          .map(({ x }) => x),
      ),
    });
    const sentences = curves.map(({ run, history, norms }) =>
      history.length === 0
        ? `${run}: nothing recorded yet.`
        : `${run}: gradient norm before clipping ${significant(lastOf(norms))} at step ${integer(history.lastStep)}.`,
    );
    this.canvas.setAttribute('aria-label', `Gradient norms of both runs. ${sentences.join(' ')}`);
  }
}

/** NaN beyond the last step of a run: it was not there. */
function valueAt(history: History, step: number, line: readonly Point[]): number {
  return step <= history.lastStep ? (line[history.indexOf(step)]?.y ?? NaN) : NaN;
}

/** A log axis has no place for zero. */
function normsOf(history: History): Point[] {
  const norms = history.column('gradNorm');
  return Array.from(history.column('step').values(), (x, index) => {
    const y = norms.at(index);
    return { x, y: y > 0 && Number.isFinite(y) ? y : NaN };
  });
}

function lossInWords(state: PageState, curves: readonly (Side & ReturnType<typeof lossCurve>)[]): string {
  const name = state.measure === 'loss' ? 'loss' : 'perplexity';
  const sentences = curves.map(({ run, raw, valid }) => {
    const last = raw.findLast(({ y }) => Number.isFinite(y));
    const lastValid = valid.at(-1);
    if (!last) return `${run}: nothing recorded yet.`;
    const evaluated = lastValid ? `, validation ${fixed(lastValid.y, 3)} at step ${integer(lastValid.x)}` : '';
    return `${run}: training ${name} ${fixed(last.y, 3)} at step ${integer(last.x)}${evaluated}.`;
  });
  return `Curves of both runs. ${sentences.join(' ')} Viewing step ${integer(viewedStep(state))}.`;
}
