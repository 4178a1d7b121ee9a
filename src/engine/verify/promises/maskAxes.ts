/** Along which axes a site's masks are constant, found from the masks themselves. */
import { broadcastShape } from '../maskShape.ts';
import type { Values } from '../pass.ts';
import type { ExaminedSite } from '../subject.ts';

export class MaskAxes {
  readonly #site: ExaminedSite;
  readonly #varies: boolean[];
  /** A mask that cannot be laid over the tensor it should multiply: its shape. */
  misfit: readonly number[] | null = null;

  constructor(site: ExaminedSite) {
    this.#site = site;
    this.#varies = site.axes.map(() => false);
  }

  add(mask: Values): void {
    const sizes = this.#site.axes.map(({ size }) => size);
    const shape = broadcastShape(mask.shape, sizes);
    if (!shape) {
      this.misfit = mask.shape;
      return;
    }
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      if (!this.#varies[axis] && size > 1) this.#varies[axis] = differsAlong(mask.data, size, stride);
      stride *= size;
    }
  }

  /** Axes, of more than one cell, along which no mask ever differed. */
  get constant(): string[] {
    return this.#site.axes.filter(({ size }, at) => size > 1 && !this.#varies[at]).map(({ axis }) => axis);
  }

  /** Whether anything differed anywhere: without a single drop nothing can be told. */
  get seen(): boolean {
    return this.#varies.includes(true);
  }

  /** Independent draws of one mask: the cells along the axes that vary. */
  get draws(): number {
    return this.#site.axes.reduce((draws, { size }, at) => (this.#varies[at] ? draws * size : draws), 1);
  }
}

/** Whether neighbours along an axis of this size and stride ever differ. */
function differsAlong(data: Float32Array, size: number, stride: number): boolean {
  const block = size * stride;
  for (let at = 0; at < data.length; at++) {
    if (at % block < block - stride && data[at] !== data[at + stride]) return true;
  }
  return false;
}
