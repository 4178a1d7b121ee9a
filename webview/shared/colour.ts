/** Colours as numbers: mixing, the diverging table of signed values, and the packed form that ImageData wants. */

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** `share` 0 gives `a`, 1 gives `b`. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

export function css(colour: Rgb): string {
  return `rgb(${colour.map(Math.round).join(' ')})`;
}

/** Opaque, in the byte order of a Uint32Array over ImageData on a little-endian machine. */
export function pack(colour: Rgb): number {
  return ((255 << 24) | (Math.round(colour[2]) << 16) | (Math.round(colour[1]) << 8) | Math.round(colour[0])) >>> 0;
}

/** The five anchors of a diverging scale, from the most negative to the most positive. */
export type DivergingAnchors = readonly [Rgb, Rgb, Rgb, Rgb, Rgb];

const STEPS = 256;

/** Packed colours of [-1, 1] in 513 steps; index with {@link tableIndex}. Zero is exactly the middle anchor. */
export function divergingTable(anchors: DivergingAnchors): Uint32Array {
  const table = new Uint32Array(2 * STEPS + 1);
  for (let index = 0; index < table.length; index++) {
    const position = (index / (table.length - 1)) * 4;
    const left = Math.min(3, Math.floor(position));
    table[index] = pack(mix(anchors[left] as Rgb, anchors[left + 1] as Rgb, position - left));
  }
  return table;
}

/** Where a tone in [-1, 1] stands in the table; beyond the ends it is clipped to them. */
export function tableIndex(tone: number): number {
  return Math.round((Math.max(-1, Math.min(1, tone)) + 1) * STEPS);
}
