/** Everything that is looked at in one step: the same tokens forward and backward several times, in different ways. */
import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../nn/parameter.ts';
import { evaluationCall } from '../random/draws.ts';
import { parameterDigests, runPass, trainingLoss, type Pass, type Values } from './pass.ts';
import type { Subject } from './subject.ts';

export interface StepEvidence {
  readonly subject: Subject;
  readonly step: number;
  /** The dropped weights as they were stored before anything ran, by parameter name. */
  readonly raw: ReadonlyMap<string, Values>;
  readonly train: Pass;
  /** The same step again from its seed and number, after evaluations in between. */
  readonly replay: Pass;
  readonly evaluations: readonly [Pass, Pass];
  /** dloss/dderived of each dropped weight, by parameter name: from a pass that starts from derived and drops nothing. */
  readonly derivedGradient: ReadonlyMap<string, Values>;
  /** Digests of all parameters before anything ran, and after everything has. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  /** Parameters that the loss does not depend on; only looked for in the first step. */
  readonly without: ReadonlySet<string> | null;
  /** Forward passes and backward passes between `before` and `after`. */
  readonly passes: { readonly forward: number; readonly backward: number };
}

/** Runs a step's passes. Weights that are changed for a look are put back bit for bit; the optimiser has no part in it. */
export function collectEvidence(subject: Subject, step: number): StepEvidence {
  const raw = storedWeights(subject);
  const before = parameterDigests(subject);
  const train = runPass(subject, { mode: 'train', call: step });
  // Where drawing in evaluation is meant, what must repeat is a pass with the same draws.
  const always = subject.sites.some(({ weight }) => weight?.mode === 'always');
  const evaluate = (n: number): Pass =>
    runPass(subject, { mode: 'eval', call: evaluationCall(2 * step + (always ? 0 : n)) });
  const evaluations = [evaluate(0), evaluate(1)] as const;
  const replay = runPass(subject, { mode: 'train', call: step });
  const after = parameterDigests(subject);
  return {
    subject,
    step,
    raw,
    train,
    replay,
    evaluations,
    derivedGradient: gradientAtDerived(subject, step, train),
    before,
    after,
    without: step === 1 ? independent(subject, step) : null,
    passes: { forward: 4, backward: 2 },
  };
}

function storedWeights({ module, sites }: Subject): Map<string, Values> {
  const parameters = module.namedParameters();
  return new Map(
    sites.flatMap(({ weight }) => {
      const parameter = weight && parameters.get(weight.raw);
      return parameter ? [[weight.raw, { shape: parameter.shape, data: parameter.dataSync().slice() }] as const] : [];
    }),
  );
}

/** With raw replaced by derived and masks of ones, the layer computes what it did, and raw's gradient is derived's. */
function gradientAtDerived(subject: Subject, step: number, train: Pass): Map<string, Values> {
  const parameters = subject.module.namedParameters();
  const weights = subject.sites.flatMap(({ name, weight }) => {
    const mask = train.values.get(`mask/${name}`);
    const derived = weight && train.values.get(`derived/${weight.derived}`);
    const parameter = weight && parameters.get(weight.raw);
    return mask && derived && parameter ? [{ name, raw: weight.raw, mask, derived, parameter }] : [];
  });
  if (weights.length === 0) return new Map();
  const ones = Object.fromEntries(weights.map(({ name, mask }) => [name, tf.ones([...mask.shape])]));
  const own = weights.map(({ parameter }) => tf.clone(parameter.variable));
  try {
    for (const { parameter, derived } of weights) put(parameter, derived);
    const { values } = runPass(subject, { mode: 'train', call: step, masks: ones });
    return new Map(
      weights.flatMap(({ raw }) => (values.has(`grad/${raw}`) ? [[raw, values.get(`grad/${raw}`)!]] : [])),
    );
  } finally {
    weights.forEach(({ parameter }, index) => parameter.assign(own[index]!));
    tf.dispose([own, ones]);
  }
}

function put(parameter: Parameter, { data, shape }: Values): void {
  tf.tidy(() => parameter.assign(tf.tensor(data, [...shape])));
}

/** Moves each parameter far away and looks whether the loss notices. */
function independent(subject: Subject, step: number): Set<string> {
  const loss = trainingLoss(subject, step);
  const unmoved = new Set<string>();
  for (const [name, parameter] of subject.module.namedParameters()) {
    const own = tf.clone(parameter.variable);
    try {
      // Every cell by another amount: a bias before a softmax may move as a whole without any effect.
      tf.tidy(() => parameter.assign(tf.sub(tf.reshape(tf.sin(tf.range(0, own.size)), own.shape), own)));
      if (trainingLoss(subject, step) === loss) unmoved.add(name);
    } finally {
      parameter.assign(own);
      own.dispose();
    }
  }
  return unmoved;
}
