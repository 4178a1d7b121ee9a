/**
 * The two protobuf messages of TensorBoard's event files, Event and Summary (tensorflow/core/util/event.proto and
 * framework/summary.proto), as far as scalars, histograms and texts need them: in the form that torch.utils.tensorboard
 * writes too, so that whatever reads those files reads these.
 */
import { ProtobufWriter } from '../capture/graph/protobuf.ts';

/** A distribution in bins. Bin i is from limit i - 1 (the first: from min) to limit i (the last: to max). */
export interface BinnedValues {
  readonly min: number;
  readonly max: number;
  readonly bucketLimits: readonly number[];
  readonly buckets: readonly number[];
}

/** One thing measured; `says` explains its tag, or is "" where that was done before. */
export type Summary = { readonly tag: string; readonly says: string } & (
  { readonly scalar: number } | { readonly histogram: BinnedValues } | { readonly text: string }
);

export interface SummaryEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly summaries: readonly Summary[];
}

/** With which every event file begins. */
export function fileVersionEvent(wallTime: number): Uint8Array {
  return new ProtobufWriter().double(1, wallTime).bytes(3, 'brain.Event:2').finish();
}

export function summaryEvent({ wallTime, step, summaries }: SummaryEvent): Uint8Array {
  const summary = new ProtobufWriter();
  for (const one of summaries) summary.bytes(1, valueOf(one));
  return new ProtobufWriter().double(1, wallTime).integer(2, step).bytes(5, summary).finish();
}

/** Summary.Value. Scalars are single precision there; those that are not finite stay so. */
function valueOf(summary: Summary): ProtobufWriter {
  const value = new ProtobufWriter().bytes(1, summary.tag);
  if ('scalar' in summary) value.float(2, summary.scalar);
  else if ('histogram' in summary) value.bytes(5, histogram(summary.histogram));
  else value.bytes(8, textTensor(summary.text));
  const plugin = 'scalar' in summary ? 'scalars' : 'histogram' in summary ? 'histograms' : 'text';
  if (plugin === 'text' || summary.says !== '') value.bytes(9, metadata(plugin, summary.says));
  return value;
}

/** SummaryMetadata: which of TensorBoard's plugins shows it, and what it says of it. */
function metadata(plugin: string, says: string): ProtobufWriter {
  const message = new ProtobufWriter().bytes(1, new ProtobufWriter().bytes(1, plugin));
  return says === '' ? message : message.bytes(3, says);
}

/** HistogramProto. Sum and sum of squares were never counted: NaN says so, where nothing would say 0. */
function histogram({ min, max, bucketLimits, buckets }: BinnedValues): ProtobufWriter {
  const count = buckets.reduce((sum, one) => sum + one, 0);
  return new ProtobufWriter()
    .double(1, min)
    .double(2, max)
    .double(3, count)
    .double(4, NaN)
    .double(5, NaN)
    .doubles(6, bucketLimits)
    .doubles(7, buckets);
}

/** TensorProto: one string, shape [1]. */
function textTensor(text: string): ProtobufWriter {
  const DT_STRING = 7;
  const shape = new ProtobufWriter().bytes(2, new ProtobufWriter().integer(1, 1));
  return new ProtobufWriter().integer(1, DT_STRING).bytes(2, shape).bytes(8, text);
}
