/** The sentences of one previewed site. Pure. */
import type { SiteDescription } from '../../src/shared/engineContract.ts';
import { percent, probability } from '../shared/format.ts';

const titles: Readonly<Record<SiteDescription['kind'], string>> = {
  embedding: 'Embedding dropout: whole words',
  activation: 'Locked dropout',
  weight: 'Weight drop: raw × mask = derived',
};

const places: readonly (readonly [RegExp, string])[] = [
  [/^0\.input_dp$/, 'on the embedded input'],
  [/^0\.hidden_dps\./, 'between LSTM layers'],
  [/^1\.output_dp$/, 'before the decoder'],
];

/** "Locked dropout between LSTM layers". */
export function titleOf({ kind, name }: SiteDescription): string {
  const place = places.find(([pattern]) => pattern.test(name))?.[1];
  return place === undefined ? titles[kind] : `${titles[kind]} ${place}`;
}

/** "p 0.20 = 0.40 × drop_mult 0.5: expected to keep 80 %, each scaled by 1.25". */
export function probabilityOf({ p, configured }: SiteDescription, dropMult: number): string {
  const product = dropMult === 1 ? '' : ` = ${probability(configured)} × drop_mult ${short(dropMult)}`;
  if (p === 0) return `p 0${product}: nothing is dropped`;
  if (p === 1) return `p 1${product}: everything is dropped`;
  return `p ${probability(p)}${product}: expected to keep ${short(100 * (1 - p))} %, each scaled by ${short(1 / (1 - p))}`;
}

/** "constant along time (70), varies along batch (16) and features (64)". */
export function axesOf({ constantAlong, variesAlong }: SiteDescription): string {
  const list = (axes: SiteDescription['variesAlong']) =>
    axes.map(({ axis, size }) => `${axis} (${size})`).join(axes.length > 2 ? ', ' : ' and ');
  return `constant along ${list(constantAlong)}, varies along ${list(variesAlong)}`;
}

/** What the picture holds, for its caption and its label. */
export function pictureOf(site: SiteDescription, shown: { rows: number; cols: number }, kept: number): string {
  const { shape, kind } = site;
  const count = shown.rows * shown.cols;
  const part =
    kind === 'embedding'
      ? `the first ${count} of ${shape[0]} words, one cell a word`
      : `${shown.rows} of ${shape[0]} ${rowsOf(kind)} by ${shown.cols} of ${shape.at(-1)} ${kind === 'weight' ? 'columns' : 'features'}`;
  return `mask [${shape.join(', ')}]: ${part}; ${kept} of ${count} kept (${percent(kept / count)})`;
}

function rowsOf(kind: SiteDescription['kind']): string {
  return kind === 'weight' ? 'rows' : 'rows of the batch';
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
