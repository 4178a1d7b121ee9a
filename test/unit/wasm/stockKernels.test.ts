// Our jobs in place of tfjs's stock kernels: any shapes, broadcasts and special values give what the cpu backend gives, bit
// for bit where nothing is summed; one thread and two give the same bits; other types than float32 are left to tfjs.
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { WasmKernels } from '../../../src/engine/wasm/wasmKernels.ts';
import { assertClose, numbers, startKernels, stopKernels } from './support.ts';

before(async () => {
  await startKernels({ threads: 2 });
  await chooseBackend('cpu');
  await tf.setBackend('wasm');
});
after(stopKernels);

type Operation = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
interface Operand {
  values: ArrayLike<number>;
  shape: number[];
}
type Result = { shape: number[]; values: Float32Array }[];

/** What an operation gives on the current backend. */
function results(operation: Operation, operands: readonly Operand[]): Result {
  return tf.tidy(() => {
    const given = operands.map(({ values, shape }) => tf.tensor(Float32Array.from(values), shape));
    const result = operation(...given);
    return (Array.isArray(result) ? result : [result]).map((tensor) => {
      assert.equal(tensor.dtype, 'float32');
      return { shape: tensor.shape, values: tensor.dataSync<'float32'>().slice() };
    });
  });
}

async function onCpu(operation: Operation, operands: readonly Operand[]): Promise<Result> {
  await tf.setBackend('cpu');
  try {
    return results(operation, operands);
  } finally {
    await tf.setBackend('wasm');
  }
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const value = fc.oneof(
  { weight: 3, arbitrary: fc.float({ noNaN: true, min: -100, max: 100 }) },
  fc.constantFrom(0, -0, 1, NaN, Infinity, -Infinity),
);
const operandOf = (shape: number[]): fc.Arbitrary<Operand> =>
  fc
    .array(value, { minLength: size(shape), maxLength: size(shape) })
    .map((values) => ({ values: Float32Array.from(values), shape }));
/** Up to five axes, now and then an empty one. */
const shapes = fc.array(fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.constant(0)), {
  maxLength: 5,
});
const operands = shapes.chain(operandOf);

/** Two operands of which either may be repeated along some axes, or lack the first ones. */
const pairs = shapes.chain((shape) => {
  const side = fc
    .record({
      ones: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      from: fc.integer({ min: 0, max: shape.length }),
    })
    .chain(({ ones, from }) => operandOf(shape.map((count, axis) => (ones[axis] ? 1 : count)).slice(from)));
  return fc.tuple(side, side);
});

/** Arithmetic may give NaN of either sign, which plain numbers do not show. */
async function assertAsOnCpu(operation: Operation, operands: readonly Operand[], wanted = operation): Promise<void> {
  const plain = (all: Result) => all.map(({ shape, values }) => ({ shape, values: Array.from(values) }));
  assert.deepEqual(plain(results(operation, operands)), plain(await onCpu(wanted, operands)));
}

const ofTwo = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  minimum: tf.minimum,
  maximum: tf.maximum,
};
for (const [name, operation] of Object.entries(ofTwo)) {
  test(`${name} of any two shapes that broadcast`, async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async (pair) => {
        const both: Operation = (a, b) => operation(a, b);
        await assertAsOnCpu(both, pair);
      }),
    );
  });
}

test('squared difference of any two shapes that broadcast, rounded twice', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, async (pair) => {
      await assertAsOnCpu(
        (a, b) => tf.squaredDifference(a, b),
        pair,
        (a, b) => tf.square(tf.sub(a, b)),
      );
    }),
  );
});

test('square, square root, negative and the sum of several', async () => {
  const all: Operation = (x) => [tf.square(x), tf.sqrt(x), tf.neg(x), tf.addN([x, x, tf.neg(x)])];
  await fc.assert(
    fc.asyncProperty(operands, async (x) => {
      await assertAsOnCpu(all, [x]);
    }),
  );
});

/** An operand of at least one axis, one of its axes, and a number for each. */
const withAxis = shapes
  .filter((shape) => shape.length > 0)
  .chain((shape) =>
    fc.record({
      x: operandOf(shape),
      axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
      chosen: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      amounts: fc.array(fc.nat(4), { minLength: shape.length, maxLength: shape.length }),
      order: fc.shuffledSubarray(
        shape.map((_, at) => at),
        { minLength: shape.length },
      ),
    }),
  );

test('slices, padding, repetition, transposes and reversals', async () => {
  await fc.assert(
    fc.asyncProperty(withAxis, async ({ x, chosen, amounts, order }) => {
      const begin = x.shape.map((count, axis) => Math.min(count, amounts[axis]!));
      const sizes = x.shape.map((count, axis) => (chosen[axis] ? count - begin[axis]! : -1));
      const axes = order.filter((axis) => chosen[axis]);
      const all: Operation = (x) => [
        tf.slice(x, begin, sizes),
        tf.slice(
          x,
          begin,
          begin.map(() => 0),
        ),
        tf.pad(
          x,
          amounts.map((amount, axis) => [amount, chosen[axis] ? 1 : 0]),
          2.5,
        ),
        tf.tile(
          x,
          amounts.map((amount) => 1 + (amount % 3)),
        ),
        tf.transpose(x, order),
        tf.reverse(x, axes),
      ];
      await assertAsOnCpu(all, [x]);
    }),
  );
});

test('joins, stacks and their undoing, of few and of many', async () => {
  await fc.assert(
    fc.asyncProperty(withAxis, fc.integer({ min: 1, max: 40 }), async ({ x, axis }, count) => {
      // The cpu backend cannot split nothing.
      fc.pre(size(x.shape) > 0);
      const all: Operation = (x) => {
        const several = Array.from({ length: count }, (_, at) => tf.mul(x, at));
        const [joined, stacked] = [tf.concat(several, axis), tf.stack(several, axis)];
        return [joined, stacked, ...tf.split(joined, count, axis), ...tf.unstack(stacked, axis)];
      };
      await assertAsOnCpu(all, [x]);
    }),
  );
});

test('joins of parts of different widths', async () => {
  const parts = [3, 0, 1, 6].map((width) => ({ values: numbers(2 * width * 2, width), shape: [2, width, 2] }));
  const all: Operation = (...parts) => {
    const joined = tf.concat(parts, 1);
    return [joined, tf.concat([parts[1]!, parts[0]!], 1), ...tf.split(joined, [4, 1, 5], 1)];
  };
  await assertAsOnCpu(all, parts);
});

test('sums and means over any axes, kept or not', async () => {
  await fc.assert(
    fc.asyncProperty(withAxis, fc.boolean(), async ({ x, chosen }, keep) => {
      const axes = x.shape.flatMap((_, axis) => (chosen[axis] ? [axis] : []));
      const finite = { ...x, values: Float32Array.from(x.values, (value) => (Number.isFinite(value) ? value : 1)) };
      const all: Operation = (x) => [tf.sum(x, axes, keep), tf.sum(x), tf.mean(x, axes, keep)];
      const [actual, wanted] = [results(all, [finite]), await onCpu(all, [finite])];
      for (const [at, { shape, values }] of wanted.entries()) {
        assert.deepEqual(actual[at]!.shape, shape);
        // Of nothing the mean is not a number.
        if (size(x.shape) > 0 || at < 2) assertClose(actual[at]!.values, values, 2e-6, `result ${at}`);
      }
    }),
  );
});

test('a sum with a value that is not finite is not finite', () => {
  const x = { values: [1, NaN, 2, Infinity, 3, 4], shape: [3, 2] };
  const [rows, columns] = results((x) => [tf.sum(x, 1), tf.sum(x, 0)], [x]) as [Result[0], Result[0]];
  assert.deepEqual([...rows.values], [NaN, Infinity, 7]);
  assert.deepEqual([...columns.values], [6, NaN]);
});

test('one value everywhere', () => {
  const all: Operation = (x) => [tf.fill([3, 7], -2.5), tf.zerosLike(x), tf.onesLike(x), tf.fill([0, 2], 1)];
  const [filled, zeros, ones, empty] = results(all, [{ values: [1, NaN, 3], shape: [3] }]);
  assert.deepEqual(filled!.values, new Float32Array(21).fill(-2.5));
  assert.deepEqual(zeros!.values, new Float32Array(3));
  assert.deepEqual(ones!.values, Float32Array.of(1, 1, 1));
  assert.deepEqual(empty, { shape: [0, 2], values: new Float32Array() });
});

test('one thread and two give the same bits, for arrays worth sharing', async () => {
  const [rows, columns] = [601, 503];
  const x = { values: numbers(rows * columns, 1), shape: [rows, columns] };
  const row = { values: numbers(columns, 2), shape: [columns] };
  const column = { values: numbers(rows, 3), shape: [rows, 1] };
  const all: Operation = (x, row, column) => [
    tf.add(x, row),
    tf.mul(column, x),
    tf.div(x, 3),
    tf.square(x),
    tf.sum(x, 0),
    tf.sum(x, 1),
    tf.mean(x),
    tf.transpose(x),
    tf.slice(x, [0, 1]),
    tf.pad(x, [
      [1, 2],
      [3, 4],
    ]),
    tf.concat([x, x], 1),
    tf.fill([rows, columns], 3),
  ];
  await startKernels({ threads: 2 });
  const two = results(all, [x, row, column]);
  await startKernels({ threads: 1 });
  assert.deepEqual(results(all, [x, row, column]), two);
  await startKernels({ threads: 2 });
});

test('other types are left to tfjs, and float32 never is', () => {
  const { mock: spy } = mock.method(WasmKernels.prototype, 'run');
  try {
    tf.tidy(() => {
      const counts = tf.tensor1d([3, -1, 2], 'int32');
      assert.deepEqual([...tf.add(counts, counts).dataSync()], [6, -2, 4]);
      assert.deepEqual([...tf.slice(counts, [1], [2]).dataSync()], [-1, 2]);
      assert.deepEqual([...tf.concat([counts, counts]).dataSync()], [3, -1, 2, 3, -1, 2]);
      assert.deepEqual([...tf.sum(counts).dataSync()], [4]);
      assert.equal(tf.fill([2], 7, 'int32').dtype, 'int32');
      assert.equal(spy.callCount(), 0);
      const x = tf.tensor1d([3, -1, 2]);
      tf.sum(tf.concat([tf.add(x, x), tf.slice(x, [1], [2])]));
      assert.equal(spy.callCount(), 4);
    });
  } finally {
    spy.restore();
  }
});

test('a slice beyond the end and a stack of different shapes are refused', () => {
  tf.tidy(() => {
    assert.throws(() => tf.slice(tf.ones([3]), [2], [2]), /would overflow input.shape\[0\] \(3\)/);
    assert.throws(() => tf.stack([tf.ones([3]), tf.ones([2])]), /tensors.* must have/i);
  });
});
