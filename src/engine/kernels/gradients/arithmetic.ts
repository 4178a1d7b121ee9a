/**
 * Gradients of tfjs's element-wise operations and reductions. tfjs-core's Node build registers none itself; these are
 * the ones the engine and the modules people write around it need. A bundle may register tfjs's full set as well.
 */
import * as tf from '@tensorflow/tfjs-core';
import { expand, unbroadcast } from './broadcast.ts';

type Unary = (dy: tf.Tensor, saved: tf.Tensor) => tf.Tensor;
type Binary = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => [a: tf.Tensor, b: tf.Tensor];

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

const OF_PAIR: Record<string, Binary> = {
  Add: (dy) => [dy, dy],
  Sub: (dy) => [dy, tf.neg(dy)],
  Multiply: (dy, a, b) => [tf.mul(dy, b), tf.mul(dy, a)],
  RealDiv: (dy, a, b) => [tf.div(dy, b), tf.neg(tf.div(tf.mul(dy, a), tf.square(b)))],
  SquaredDifference: (dy, a, b) => {
    const slope = tf.mul(dy, tf.mul(tf.sub(a, b), 2));
    return [slope, tf.neg(slope)];
  },
  Maximum: (dy, a, b) => [
    tf.mul(dy, tf.cast(tf.greaterEqual(a, b), 'float32')),
    tf.mul(dy, tf.cast(tf.less(a, b), 'float32')),
  ],
  Minimum: (dy, a, b) => [
    tf.mul(dy, tf.cast(tf.lessEqual(a, b), 'float32')),
    tf.mul(dy, tf.cast(tf.greater(a, b), 'float32')),
  ],
};

const inputOf: Record<string, string> = { Softmax: 'logits', LogSoftmax: 'logits' };

for (const [kernelName, slope] of Object.entries(OF_INPUT)) {
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => slope(dy as tf.Tensor, x!) }),
  });
}

for (const [kernelName, slope] of Object.entries(OF_OUTPUT)) {
  const input = inputOf[kernelName] ?? 'x';
  tf.registerGradient({
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ [input]: () => slope(dy as tf.Tensor, y!) }),
  });
}

for (const [kernelName, slope] of Object.entries(OF_PAIR)) {
  tf.registerGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => {
      const sides = tf.tidy(() => slope(dy as tf.Tensor, a!, b!));
      return { a: () => unbroadcast(sides[0], a!.shape), b: () => unbroadcast(sides[1], b!.shape) };
    },
  });
}

tf.registerGradient({
  kernelName: 'Sum',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({ x: () => expand(dy as tf.Tensor, x!.shape, attrs['axis'] as number[]) }),
});

tf.registerGradient({
  kernelName: 'Mean',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => tf.div(expand(dy as tf.Tensor, x!.shape, attrs['axis'] as number[]), x!.size / (dy as tf.Tensor).size),
  }),
});

tf.registerGradient({
  kernelName: 'Max',
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, [x, y], attrs) => {
    const axis = attrs['reductionIndices'] as number[];
    const largest = (): tf.Tensor => tf.cast(tf.equal(x!, expand(y!, x!.shape, axis)), 'float32');
    return { x: () => tf.mul(expand(dy as tf.Tensor, x!.shape, axis), largest()) };
  },
});
