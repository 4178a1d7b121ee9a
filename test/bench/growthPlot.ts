// Draws growth.json: one chart for each size that was varied, both axes logarithmic, so that "in proportion to the
// arithmetic" is the dashed line and anything flatter is time that does not depend on that size.
import type { BenchDimensions } from '../../src/shared/benchContract.ts';

export type GrowthAxis = Exclude<keyof BenchDimensions, 'emb_sz'>;

export interface GrowthPoint {
  readonly value: number;
  /** Of the products of a step. */
  readonly flops: number;
  /** Milliseconds of the fastest step, which is what is drawn: other work on the machine only adds to it. */
  readonly fastest: number;
  /** Of the median step. */
  readonly ms: number;
}

export interface Growth {
  readonly around: BenchDimensions;
  readonly node: string;
  readonly series: readonly {
    readonly backend: string;
    readonly threads: number;
    readonly axes: Readonly<Record<GrowthAxis, readonly GrowthPoint[]>>;
  }[];
}

const TITLES: Readonly<Record<GrowthAxis, string>> = {
  bptt: 'T, tokens in a row',
  bs: 'B, rows in a batch',
  n_hid: 'n_hid, hidden units',
  vocab_sz: 'V, words',
  n_layers: 'layers',
};

const CHART = { width: 176, height: 220, left: 58, top: 46, gap: 22 };
const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const STYLE = `
  svg { font: 12px system-ui, sans-serif; --ink: #1f2328; --faint: #d0d7de; --a: #0a62c9; --b: #b35900; }
  @media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --faint: #3d444d; --a: #6cb2ff; --b: #f0a24e; } }
  text { fill: var(--ink); } .grid { stroke: var(--faint); } .title { font-weight: 600; }
  .line { fill: none; stroke-width: 2; } .expected { fill: none; stroke-width: 1.2; stroke-dasharray: 4 4; }
  .s0 { stroke: var(--a); } .s1 { stroke: var(--b); } circle.s0 { fill: var(--a); } circle.s1 { fill: var(--b); }`;

export function growthPlot({ around, series }: Growth): string {
  const axes = Object.keys(TITLES) as GrowthAxis[];
  const all = series.flatMap(({ axes }) => Object.values(axes).flat());
  const y = logScale(
    all.map(({ fastest }) => fastest),
    CHART.top + CHART.height,
    CHART.top,
  );
  const ticks = TICKS.filter((ms) => ms >= y.least && ms <= y.most);
  const charts = axes.map((axis, at) => {
    const left = CHART.left + at * (CHART.width + CHART.gap);
    const values = series[0]!.axes[axis].map(({ value }) => value);
    const x = logScale(values, left + 12, left + CHART.width - 12);
    const grid = ticks.map((ms) => `<path class="grid" d="M${left} ${y.at(ms)}h${CHART.width}"/>`);
    const labels = values.map((value) => label(x.at(value), CHART.top + CHART.height + 16, value));
    const lines = series.map(({ axes }, index) => seriesMarks(axes[axis], around[axis], index, x, y));
    const title = `<text class="title" x="${left}" y="${CHART.top - 10}">${TITLES[axis]}</text>`;
    return [...grid, title, ...labels, ...lines].join('\n');
  });
  const width = CHART.left + axes.length * (CHART.width + CHART.gap);
  const height = CHART.top + CHART.height + 34;
  const left = ticks.map((ms) => `<text x="${CHART.left - 8}" y="${y.at(ms) + 4}" text-anchor="end">${ms}</text>`);
  const middle = CHART.top + CHART.height / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${summary(series, around)}">`,
    `<style>${STYLE}</style>`,
    ...series.map(({ backend, threads }, index) => legend(index, `${backend}, ${threads} threads`)),
    `<path class="expected" stroke="var(--ink)" d="M${CHART.left + 360} 14h26"/>`,
    `<text x="${CHART.left + 392}" y="18">in proportion to the products, from size small</text>`,
    `<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">milliseconds, fastest step</text>`,
    ...left,
    ...charts,
    '</svg>\n',
  ].join('\n');
}

interface Scale {
  readonly least: number;
  readonly most: number;
  readonly at: (value: number) => number;
}

function logScale(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const share = (value: number): number => Math.log(value / least) / Math.log(most / least);
  return { least, most, at: (value) => Math.round((from + share(value) * (to - from)) * 10) / 10 };
}

function seriesMarks(points: readonly GrowthPoint[], around: number, index: number, x: Scale, y: Scale): string {
  const own = points.find(({ value }) => value === around)!;
  const place = (value: number, ms: number): string => `${x.at(value)} ${y.at(ms)}`;
  const measured = points.map(({ value, fastest }) => place(value, fastest)).join('L');
  const inside = points
    .map(({ value, flops }) => ({ value, ms: (own.fastest * flops) / own.flops }))
    .filter(({ ms }) => ms >= y.least && ms <= y.most);
  const expected = inside.map(({ value, ms }) => place(value, ms)).join('L');
  const dots = points.map(({ value, fastest }) => {
    return `<circle class="s${index}" cx="${x.at(value)}" cy="${y.at(fastest)}" r="3"><title>${value}: ${fastest.toFixed(1)} ms</title></circle>`;
  });
  return [
    `<path class="expected s${index}" d="M${expected}"/>`,
    `<path class="line s${index}" d="M${measured}"/>`,
    ...dots,
  ].join('\n');
}

function legend(index: number, name: string): string {
  const left = CHART.left + index * 180;
  return `<path class="line s${index}" d="M${left} 14h26"/><text x="${left + 32}" y="18">${name}</text>`;
}

function label(x: number, y: number, value: number): string {
  return `<text x="${x}" y="${y}" text-anchor="middle">${value}</text>`;
}

/** For those who hear the picture: the ends of each curve. */
function summary(series: Growth['series'], around: BenchDimensions): string {
  const { bptt, bs, n_hid, vocab_sz, n_layers } = around;
  const sizes = `T ${bptt}, B ${bs}, n_hid ${n_hid}, V ${vocab_sz}, ${n_layers} layers`;
  const ends = series.flatMap(({ backend, axes }) =>
    Object.entries(axes).map(([axis, points]) => {
      const [first, last] = [points[0]!, points.at(-1)!];
      return `${backend}, ${axis} ${first.value} to ${last.value}: ${first.fastest.toFixed(1)} to ${last.fastest.toFixed(1)} ms`;
    }),
  );
  return `Milliseconds a step around ${sizes}. ${ends.join('; ')}.`;
}
