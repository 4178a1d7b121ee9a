/** The words and the small picture of a hover over a dropout setting. Pure. */
import type { Description, MaskPicture } from '../../shared/lintContract.ts';

const PAGE = 'https://github.com/dropscope/dropscope/blob/main/docs/semantics.md';

export function hoverText(description: Description): string {
  const { key, title, tensor, mask, constantAlong, picture, configured, factor, p } = description;
  const lines = [`**${title}** (\`${key}\`)`, `Acts on ${tensor}.`, `Mask ${mask}, constant along ${constantAlong}.`];
  if (p !== null && p >= 0 && p <= 1) {
    const product =
      factor !== null && factor !== 1 && configured !== null ? ` = ${configured} × drop_mult ${factor}` : '';
    const scale = p < 1 ? `, each scaled by 1/(1-p) = ${short(1 / (1 - p))}` : '';
    lines.push(
      `p = ${p}${product}: ${short(100 * (1 - p))} % are kept on average${scale}; in eval mode nothing is dropped.`,
    );
    lines.push(`![${altOf(picture, p)}](${pictureOf(picture, p)})`);
  }
  return [...lines, `[What each dropout does](${PAGE})`].join('\n\n');
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function altOf({ rows, columns, constant }: MaskPicture, p: number): string {
  const shared = { rows: `columns are whole`, columns: 'rows are whole', none: 'every cell is drawn alone' }[constant];
  return `A mask, ${rows} by ${columns}: ${short(100 * p)} % dropped, ${shared}`;
}

const ROWS = 8;
const COLUMNS = 24;
const CELL = 6;

/** An SVG of kept (filled) and dropped (outlined) cells; the draws are a fixed sequence, so that a picture stays put. */
function pictureOf({ constant }: MaskPicture, p: number): string {
  const draw = sequence();
  const draws = Array.from({ length: ROWS * COLUMNS }, draw);
  let cells = '';
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const index = { rows: column, columns: row, none: row * COLUMNS + column }[constant];
      const fill = draws[index]! < p ? 'fill="none" stroke="#888" stroke-width=".5"' : 'fill="#3794ff"';
      cells += `<rect x="${column * CELL + 0.5}" y="${row * CELL + 0.5}" width="${CELL - 1}" height="${CELL - 1}" ${fill}/>`;
    }
  }
  const size = `width="${COLUMNS * CELL}" height="${ROWS * CELL}"`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${cells}</svg>`)}`;
}

/** Evenly spread numbers from 0 to 1 (multiples of the golden ratio): about a share p of any row falls below p. */
function sequence(): () => number {
  let value = 0.5;
  return () => (value = (value + 0.6180339887498949) % 1);
}
