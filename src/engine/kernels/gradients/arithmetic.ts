/**
 * Gradients of tfjs's element-wise operations and reductions. tfjs-core's Node build registers none itself; these are
 * the ones the engine and the modules people write around it need. A bundle may register tfjs's full set as well.
 */
import * as tf from '@tensorflow/tfjs-core';
import { expand, unbroadcast } from './broadcast.ts';
import { registerOwnGradient } from './ownGradients.ts';

type Unary = (dy: tf.Tensor, saved: tf.Tensor) => tf.Tensor;
type Binary = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Derivatives that are written with the input x. */
const OF_INPUT: Record<string, Unary> = {
  Square: (dy, x) => tf.mul(dy, tf.mul(x, 2)),
  Log: (dy, x) => tf.div(dy, x),
  Abs: (dy, x) => tf.mul(dy, tf.sign(x)),
  Neg: (dy) => tf.neg(dy),
  Relu: (dy, x) => tf.mul(dy, tf.step(x)),
  Softplus: (dy, x) => tf.mul(dy, tf.sigmoid(x)),
};

/** Derivatives that are written with the output y. */
const OF_OUTPUT: Record<string, Unary> = {
  Exp: (dy, y) => tf.mul(dy, y),
  Sqrt: (dy, y) => tf.div(dy, tf.mul(y, 2)),
  Sigmoid: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))),
  Tanh: (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))),
  Softmax: (dy, y) => tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true)), y),
  LogSoftmax: (dy, y) => tf.sub(dy, tf.mul(tf.sum(dy, -1, true), tf.exp(y))),
};

const OF_PAIR: Record<string, Record<'a' | 'b', Binary>> = {
  Add: { a: (dy) => dy, b: (dy) => dy },
  Sub: { a: (dy) => dy, b: (dy) => tf.neg(dy) },
  Multiply: { a: (dy, _a, b) => tf.mul(dy, b), b: (dy, a) => tf.mul(dy, a) },
  RealDiv: {
    a: (dy, _a, b) => tf.div(dy, b),
    b: (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  },
  SquaredDifference: {
    a: (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    b: (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  },
  Maximum: {
    a: (dy, a, b) => tf.mul(dy, tf.cast(tf.greaterEqual(a, b), 'float32')),
    b: (dy, a, b) => tf.mul(dy, tf.cast(tf.less(a, b), 'float32')),
  },
  Minimum: {
    a: (dy, a, b) => tf.mul(dy, tf.cast(tf.lessEqual(a, b), 'float32')),
    b: (dy, a, b) => tf.mul(dy, tf.cast(tf.greater(a, b), 'float32')),
  },
};

const inputOf: Record<string, string> = { Softmax: 'logits', LogSoftmax: 'logits' };

for (const [kernelName, slope] of Object.entries(OF_INPUT)) {
  registerOwnGradient({
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => slope(dy as tf.Tensor, x!) }),
  });
}

for (const [kernelName, slope] of Object.entries(OF_OUTPUT)) {
  const input = inputOf[kernelName] ?? 'x';
  registerOwnGradient({
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ [input]: () => slope(dy as tf.Tensor, y!) }),
  });
}

// Only what is asked for is computed: most products of a model have one side that learns.
for (const [kernelName, slopes] of Object.entries(OF_PAIR)) {
  registerOwnGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => unbroadcast(slopes.a(dy as tf.Tensor, a!, b!), a!.shape),
      b: () => unbroadcast(slopes.b(dy as tf.Tensor, a!, b!), b!.shape),
    }),
  });
}

registerOwnGradient({
  kernelName: 'Sum',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({ x: () => expand(dy as tf.Tensor, x!.shape, attrs['axis'] as number[]) }),
});

registerOwnGradient({
  kernelName: 'Mean',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => tf.div(expand(dy as tf.Tensor, x!.shape, attrs['axis'] as number[]), x!.size / (dy as tf.Tensor).size),
  }),
});

registerOwnGradient({
  kernelName: 'Max',
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, [x, y], attrs) => {
    const axis = attrs['reductionIndices'] as number[];
    const largest = (): tf.Tensor => tf.cast(tf.equal(x!, expand(y!, x!.shape, axis)), 'float32');
    return { x: () => tf.mul(expand(dy as tf.Tensor, x!.shape, axis), largest()) };
  },
});
