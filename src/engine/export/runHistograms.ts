/** The distributions of a run as histograms of TensorBoard: weight/PARAMETER and grad/PARAMETER, by the steps they are of. */
import type { HistogramSeries } from '../../shared/stepContract.ts';
import { histogramBuckets } from './histogramBuckets.ts';
import type { Summary } from './summaryEvent.ts';

const KINDS = {
  weight: { tag: 'weight', says: 'The weight in the forward pass, in the bins it was counted in.' },
  gradient: { tag: 'grad', says: 'Its gradient before clipping, in the bins it was counted in.' },
} as const;

const UNCOUNTED = 'Values that are not finite, for which the histogram has no bin.';

/** All tags of this file with what they mean, for any parameter. */
export function histogramTags(): [tag: string, says: string][] {
  return Object.values(KINDS).flatMap(({ tag, says }): [string, string][] => [
    [`${tag}/PARAMETER`, says],
    [`non_finite_${tag}/PARAMETER`, UNCOUNTED],
  ]);
}

/** The series' `row`-th step: its histogram, and how many values had no place in it because they are not finite. */
export function histogramSummaries(series: HistogramSeries, row: number): Summary[] {
  const { tag, says } = KINDS[series.of];
  const histogram = histogramBuckets(series, row);
  const counted: Summary[] = holdsNonFinite(series)
    ? [
        {
          tag: `non_finite_${tag}/${series.name}`,
          says: UNCOUNTED,
          scalar: series.nonFinite[row]!,
        },
      ]
    : [];
  return [...(histogram ? [{ tag: `${tag}/${series.name}`, says, histogram }] : []), ...counted];
}

/** Whether at any step some of its values were not finite. */
export function holdsNonFinite({ nonFinite }: HistogramSeries): boolean {
  return nonFinite.some((count) => count > 0);
}
