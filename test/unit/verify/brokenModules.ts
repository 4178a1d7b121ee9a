/** Modules with the mistakes that verify is there to find, and the sound ones beside them. */
import * as tf from '@tensorflow/tfjs-core';
import { MaskSite } from '../../../src/engine/dropout/maskSite.ts';
import { RNNDropout } from '../../../src/engine/dropout/rnnDropout.ts';
import { Module } from '../../../src/engine/nn/module.ts';
import { observe } from '../../../src/engine/nn/observe.ts';
import { Parameter } from '../../../src/engine/nn/parameter.ts';
import { uniform } from '../../../src/engine/random/uniform.ts';
import type { Subject } from '../../../src/engine/verify/subject.ts';

const [BATCH, TIME, SIZE, P] = [4, 5, 6, 0.5];

/** From the stored weight and the mask (none in evaluation) to the weight that is used. */
type Derive = (raw: Parameter, mask: tf.Tensor | null) => tf.Tensor;

const soundDerive: Derive = ({ variable }, mask) => (mask ? tf.mul(variable, mask) : tf.mul(variable, 1));

/** A weight drop written by hand, as people write it. */
class Cell extends Module {
  readonly #raw = this.addParameter('weight_raw', new Parameter(uniform([SIZE, SIZE], 1)));
  readonly #bias = this.addParameter('bias', new Parameter(uniform([SIZE], 1)));
  readonly #site = new MaskSite();
  readonly #derive: Derive;
  readonly #dropsInEvaluation: boolean;

  constructor(derive: Derive, dropsInEvaluation: boolean) {
    super();
    this.#derive = derive;
    this.#dropsInEvaluation = dropsInEvaluation;
  }

  forward(x: tf.Tensor): tf.Tensor {
    const drops = this.training || this.#dropsInEvaluation;
    const mask = drops ? this.#site.mask(this.nameOf('weight'), [SIZE, SIZE], P) : null;
    const derived = this.#derive(this.#raw, mask);
    observe(`derived/${this.nameOf('module.weight')}`, derived);
    return tf.add(tf.matMul(tf.reshape(x, [-1, SIZE]), derived as tf.Tensor2D, false, true), this.#bias.variable);
  }
}

/** Locked dropout that forgets to look whether it is in training. */
export class LeakyDropout extends Module {
  readonly #site = new MaskSite();

  forward(x: tf.Tensor): tf.Tensor {
    return tf.mul(x, this.#site.mask(this.path, [BATCH, 1, SIZE], P));
  }
}

/** Locked dropout with a generator that no seed reaches. */
export class UnseededDropout extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    if (!this.training) return x;
    const cells = Array.from({ length: BATCH * SIZE }, () => (Math.random() < P ? 0 : 1 / (1 - P)));
    const mask = tf.tensor(cells, [BATCH, 1, SIZE]);
    observe(`mask/${this.path}`, mask);
    return tf.mul(x, mask);
  }
}

type Dropout = Module & { forward(x: tf.Tensor): tf.Tensor };

export interface Parts {
  readonly derive?: Derive;
  readonly weightDropsInEvaluation?: boolean;
  readonly dropout?: Dropout;
}

class Network extends Module {
  readonly #drop: Dropout;
  readonly #cell: Cell;

  constructor({ derive = soundDerive, weightDropsInEvaluation = false, dropout = new RNNDropout(P) }: Parts) {
    super();
    this.#drop = this.addChild('drop', dropout);
    this.#cell = this.addChild('cell', new Cell(derive, weightDropsInEvaluation));
    this.assignPaths();
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.#cell.forward(this.#drop.forward(x));
  }
}

/** The network as a subject, with what is promised of it: p = .5 at both places, the dropout locked over time. */
export function subjectOf(parts: Parts): Subject {
  const network = new Network(parts);
  const input = tf.keep(uniform([BATCH, TIME, SIZE], 1));
  const rows = { axis: 'outputs', size: SIZE };
  const columns = { axis: 'inputs', size: SIZE };
  return {
    module: network,
    seed: 3,
    sites: [
      {
        name: 'drop',
        p: P,
        axes: [
          { axis: 'batch', size: BATCH },
          { axis: 'time', size: TIME },
          { axis: 'features', size: SIZE },
        ],
        constantAlong: ['time'],
      },
      {
        name: 'cell.weight',
        p: P,
        axes: [rows, columns],
        constantAlong: [],
        weight: { raw: 'cell.weight_raw', derived: 'cell.module.weight', mode: 'training' },
      },
    ],
    loss: () => tf.mean(tf.square(tf.sub(network.forward(input), 1))),
  };
}

/** A step of plain gradient descent; a weight that no gradient reaches stays. */
export function learn(subject: Subject): void {
  const { module } = subject;
  module.train();
  const parameters = [...module.namedParameters().values()];
  tf.tidy(() => {
    const { grads } = tf.variableGrads(
      () => tf.reshape<tf.Rank.R0>(subject.loss(), []),
      parameters.map(({ variable }) => variable),
    );
    for (const parameter of parameters) {
      const gradient = grads[parameter.variable.name];
      if (gradient) parameter.assign(tf.sub(parameter.variable, tf.mul(gradient, 0.05)));
    }
  });
}
