/**
 * What a run measures, as curves of TensorBoard: which tag a number gets and what its tag means. Tags are grouped as people
 * who log PyTorch runs group theirs: loss/train beside loss/valid, grad_norm/PARAMETER, weight_norm/PARAMETER.
 */
import type { EvalLine, ParameterStats, SiteStats, TrainLine } from '../../shared/engineContract.ts';
import type { ActivationSeries, LayerActivations } from '../../shared/stepContract.ts';
import type { Summary } from './summaryEvent.ts';

type Curve<Source> = readonly [tag: string, says: string, value: (source: Source) => number | null];

const TRAIN: readonly Curve<TrainLine>[] = [
  ['loss/train', 'What is descended on: cross-entropy + AR + TAR, nats a token.', ({ loss }) => loss],
  ['loss/train_ce', 'Cross-entropy of the training batch alone, nats a token.', ({ ce }) => ce],
  ['loss/train_ar', 'Activation regularisation: alpha times the mean square of the outputs.', ({ ar }) => ar],
  ['loss/train_tar', 'Temporal activation regularisation: beta times that of their changes.', ({ tar }) => tar],
  ['ppl/train', 'exp of the cross-entropy of the training batch.', ({ ppl }) => ppl],
  ['lr', 'Learning rate of the last layer group.', ({ lr }) => lr],
  ['grad_norm/total', 'Norm of all gradients together, before clipping.', ({ grad_norm }) => grad_norm],
  ['grad_norm/total_clipped', 'The same after clipping.', ({ grad_norm_clipped }) => grad_norm_clipped],
  ['step/epoch', 'Counted from 1.', ({ epoch }) => epoch],
  ['step/bptt', 'Time steps of the batch.', ({ bptt }) => bptt],
  ['step/tokens', 'Tokens of the batch.', ({ tokens }) => tokens],
  ['step/tokens_per_second', 'Tokens of the step by its time.', ({ tokens, ms }) => tokens / (ms / 1000)],
  ['step/ms', 'Milliseconds of the step, with introspection.', ({ ms }) => ms],
  ['step/introspection_ms', 'Of these, for looking inside.', ({ introspection_ms }) => introspection_ms],
  ['step/non_finite', 'Values of loss and gradients that are not finite.', ({ non_finite }) => non_finite],
];

const PARAMETER: readonly Curve<ParameterStats>[] = [
  ['weight_norm', 'Norm of the weight in the forward pass.', ({ w }) => w],
  ['grad_norm', 'Norm of its gradient, before clipping; none where no gradient arrived.', ({ g }) => g],
  ['update_ratio', 'Norm of the update by the norm of the weight.', ({ u }) => u],
];

const SITE: readonly Curve<SiteStats>[] = [
  ['kept', 'Share of independent draws that were kept.', ({ kept }) => kept],
  ['kept_expected', '1 - p, with p after drop_mult.', ({ p }) => 1 - p],
];

const VALID: readonly Curve<EvalLine>[] = [
  ['loss/valid', 'Cross-entropy of the validation split, nats a token.', ({ ce }) => ce],
  ['ppl/valid', 'exp of the cross-entropy of the validation split.', ({ ppl }) => ppl],
  ['valid/clean_eval', '1 where two evaluation passes were identical.', ({ clean_eval }) => Number(clean_eval)],
  [
    'valid/averaged',
    '1 where averaged weights of NT-ASGD were evaluated.',
    ({ averaged }) => Number(averaged ?? false),
  ],
];

interface LayerStep {
  readonly layer: LayerActivations;
  /** Of its series. */
  readonly row: number;
}

const LAYER: readonly Curve<LayerStep>[] = [
  ['activation_mean', 'Mean of the outputs h of the layer.', ({ layer, row }) => layer.mean[row]!],
  ['activation_std', 'Standard deviation of the outputs h of the layer.', ({ layer, row }) => layer.deviation[row]!],
];

const GATES = 'ifgo';
const SATURATED = 'Share of gates at an end of their range: sigmoid below 0.05 or above 0.95, for g |tanh| above 0.95.';

/** Of a training step: its numbers, and on some steps those of each parameter and dropout site. */
export function trainScalars(line: TrainLine): Summary[] {
  return [
    ...scalars(TRAIN, line),
    ...Object.entries(line.params ?? {}).flatMap(([name, stats]) => scalars(PARAMETER, stats, name)),
    ...Object.entries(line.sites ?? {}).flatMap(([name, stats]) => scalars(SITE, stats, name)),
  ];
}

/** Of an evaluation. */
export function validScalars(line: EvalLine): Summary[] {
  return scalars(VALID, line);
}

/** Of the LSTM layers at the series' `row`-th step. */
export function activationScalars({ layers }: ActivationSeries, row: number): Summary[] {
  return layers.flatMap((layer, index) => [
    ...scalars(LAYER, { layer, row }, `0.rnns.${index}`),
    ...Array.from(GATES, (name, gate) => ({
      tag: `saturated_gates/0.rnns.${index}.${name}`,
      says: SATURATED,
      scalar: layer.saturation[row * GATES.length + gate]!,
    })),
  ]);
}

/** All tags with what they mean, those of a parameter, dropout site or layer once for all. */
export function scalarTags(): [tag: string, says: string][] {
  const all = (curves: readonly (readonly [string, string, unknown])[], of = ''): [string, string][] =>
    curves.map(([tag, says]) => [`${tag}${of}`, says]);
  return [
    ...all(TRAIN),
    ...all(VALID),
    ...all(PARAMETER, '/PARAMETER'),
    ...all(SITE, '/DROPOUT'),
    ...all(LAYER, '/LAYER'),
    ['saturated_gates/LAYER.GATE', SATURATED],
  ];
}

/** What was not measured has no point; a number that is not finite has one that says so. */
function scalars<Source>(curves: readonly Curve<Source>[], source: Source, of?: string): Summary[] {
  return curves.flatMap(([tag, says, value]): Summary[] => {
    const scalar = value(source);
    return typeof scalar === 'number' ? [{ tag: of === undefined ? tag : `${tag}/${of}`, says, scalar }] : [];
  });
}
