/** Gradients of tfjs's operations that move, cut, join and look up values, and of the matrix product. */
import * as tf from '@tensorflow/tfjs-core';
import '../embeddingRows/unsortedSegmentSum.ts';
import { unbroadcast } from './broadcast.ts';
import { registerOwnGradient } from './ownGradients.ts';

const whole = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor => dy as tf.Tensor;

for (const kernelName of ['Identity', 'Cast']) {
  registerOwnGradient({ kernelName, gradFunc: (dy) => ({ x: () => tf.cast(whole(dy), 'float32') }) });
}

for (const [kernelName, input] of [
  ['Reshape', 'x'],
  ['ExpandDims', 'input'],
] as const) {
  registerOwnGradient({
    kernelName,
    inputsToSave: [input],
    gradFunc: (dy, [x]) => ({ [input]: () => tf.reshape(whole(dy), x!.shape) }),
  });
}

registerOwnGradient({
  kernelName: 'Transpose',
  gradFunc: (dy, _saved, attrs) => {
    const order = attrs['perm'] as number[];
    return {
      x: () =>
        tf.transpose(
          whole(dy),
          order.map((_, axis) => order.indexOf(axis)),
        ),
    };
  },
});

registerOwnGradient({
  kernelName: 'Reverse',
  gradFunc: (dy, _saved, attrs) => ({ x: () => tf.reverse(whole(dy), attrs['dims'] as number[]) }),
});

registerOwnGradient({
  kernelName: 'Slice',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => {
    const begin = attrs['begin'] as number[];
    const margins = x!.shape.map((size, axis): [number, number] => {
      const start = begin[axis] ?? 0;
      return [start, size - start - whole(dy).shape[axis]!];
    });
    return { x: () => tf.pad(whole(dy), margins) };
  },
});

registerOwnGradient({
  kernelName: 'Concat',
  saveAllInputs: true,
  gradFunc: (dy, saved, attrs) => {
    const [axis = 0] = tf.util.parseAxisParam(attrs['axis'] as number, saved[0]!.shape);
    const parts = tf.split(
      whole(dy),
      saved.map((part) => part.shape[axis]!),
      axis,
    );
    return Object.fromEntries(parts.map((part, at) => [at, () => part]));
  },
});

registerOwnGradient({
  kernelName: 'SplitV',
  gradFunc: (dy, _saved, attrs) => ({ x: () => tf.concat(dy as tf.Tensor[], attrs['axis'] as number) }),
});

registerOwnGradient({
  kernelName: 'Pack',
  saveAllInputs: true,
  gradFunc: (dy, _saved, attrs) => {
    const parts = tf.unstack(whole(dy), attrs['axis'] as number);
    return Object.fromEntries(parts.map((part, at) => [at, () => part]));
  },
});

registerOwnGradient({
  kernelName: 'Unpack',
  gradFunc: (dy, _saved, attrs) => ({ value: () => tf.stack(dy as tf.Tensor[], attrs['axis'] as number) }),
});

registerOwnGradient({
  kernelName: 'Select',
  inputsToSave: ['condition'],
  gradFunc: (dy, [condition]) => {
    const chosen = (): tf.Tensor => tf.cast(condition!, 'float32');
    return {
      condition: () => tf.zerosLike(condition!),
      t: () => tf.mul(whole(dy), chosen()),
      e: () => tf.mul(whole(dy), tf.sub(1, chosen())),
    };
  },
});

registerOwnGradient({
  kernelName: 'GatherV2',
  inputsToSave: ['x', 'indices'],
  gradFunc: (dy, [x, indices], attrs) => {
    const [axis] = tf.util.parseAxisParam(attrs['axis'] as number, x!.shape);
    if (axis !== 0) throw new Error('the gradient of gather is known for axis 0 only: transpose the tensor first');
    const rows = tf.reshape(whole(dy), [indices!.size, ...x!.shape.slice(1)]);
    return {
      x: () => tf.unsortedSegmentSum(rows, tf.reshape<tf.Rank.R1>(indices!, [-1]), x!.shape[0]),
      indices: () => tf.zerosLike(indices!),
    };
  },
});

/** Swaps the last two axes: products of transposed operands are slow on wasm, so gradients transpose explicitly. */
function swapped(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

registerOwnGradient({
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, [a, b], attrs) => {
    const { transposeA, transposeB } = attrs as { transposeA?: boolean; transposeB?: boolean };
    const gradA = (): tf.Tensor => {
      const plain = tf.matMul(whole(dy), transposeB ? b! : swapped(b!));
      return unbroadcast(transposeA ? swapped(plain) : plain, a!.shape);
    };
    const gradB = (): tf.Tensor => {
      const plain = tf.matMul(transposeA ? a! : swapped(a!), whole(dy));
      return unbroadcast(transposeB ? swapped(plain) : plain, b!.shape);
    };
    return { a: gradA, b: gradB };
  },
});
