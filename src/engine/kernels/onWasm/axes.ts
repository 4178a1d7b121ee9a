/**
 * Loops over arrays, as the wasm kernels run them: some axes, and how far apart the neighbours along each are in every
 * array. Axes that can be walked as one are merged, so that most loops have one or two.
 */

/** `strides`, in values, one for each array: 0 where it is repeated, negative where it is read backwards. */
export interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Axes that a job takes (assembly/copy.ts, assembly/elementwise.ts). */
export const MOST_AXES = 4;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Strides of an array without gaps. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** The same loop with as few axes as possible, outermost first. */
export function merged(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const outer = result.at(-1);
    const continues = outer?.strides.every((stride, array) => stride === axis.strides[array]! * axis.size);
    if (outer && continues) result[result.length - 1] = { size: outer.size * axis.size, strides: axis.strides };
    else result.push(axis);
  }
  return result;
}

/** A loop of at most MOST_AXES as words of a job: sizes of so many axes, then the strides of each of `arrays` arrays. */
export function loopWords(axes: readonly Axis[], arrays: number): number[] {
  const one: Axis = { size: 1, strides: new Array<number>(arrays).fill(0) };
  const all = [...new Array<Axis>(MOST_AXES - axes.length).fill(one), ...axes];
  const strides = one.strides.flatMap((_, array) => all.map((axis) => axis.strides[array]!));
  return [...all.map(({ size }) => size), ...strides];
}
