/** A learned tensor: a tf.Variable that belongs to a module. Only an optimiser step or `assign` changes it. */
import * as tf from '@tensorflow/tfjs-core';

export class Parameter {
  readonly variable: tf.Variable;

  /** Takes over `initial`, which is disposed. */
  constructor(initial: tf.Tensor) {
    this.variable = tf.variable(initial, true);
    initial.dispose();
  }

  get shape(): number[] {
    return this.variable.shape;
  }

  get size(): number {
    return this.variable.size;
  }

  /** Replaces the value. The shape must stay the same. The tensor given remains the caller's. */
  assign(value: tf.Tensor): void {
    if (!tf.util.arraysEqual(value.shape, this.shape)) {
      throw new Error(
        `a parameter of shape [${this.shape.join(', ')}] cannot take a value of [${value.shape.join(', ')}]`,
      );
    }
    // A copy of its own data, so that two variables never share a tensor.
    tf.tidy(() => this.variable.assign(tf.clone(value)));
  }

  data(): Promise<Float32Array> {
    return this.variable.data<'float32'>();
  }

  dataSync(): Float32Array {
    return this.variable.dataSync<'float32'>();
  }

  dispose(): void {
    this.variable.dispose();
  }
}
