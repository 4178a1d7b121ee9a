/** single-layer-lstm-dropout: nn.LSTM drops between its layers, so with one layer its dropout does nothing. */
import { numberOf } from '../python/value.ts';
import { problemAt, type Rule } from './rule.ts';

export const singleLayerLstmDropout: Rule = {
  code: 'single-layer-lstm-dropout',
  severity: 'warning',
  summary: 'nn.LSTM(dropout > 0) with one layer',
  *check(file) {
    for (const { callable, bound, complete } of file.knownCalls) {
      if (callable.library !== 'torch' || !callable.parameters.includes('bidirectional') || !complete) continue;
      const dropout = bound.get('dropout')?.value;
      const layers = bound.get('num_layers')?.value;
      const p = numberOf(file, dropout);
      if (!dropout || p === null || p <= 0 || p > 1 || (layers && numberOf(file, layers) !== 1)) continue;
      yield problemAt(
        dropout,
        `dropout does nothing here: nn.${callable.name} drops between its layers, and this one has a single layer; drop its output instead (nn.Dropout, RNNDropout)`,
      );
    }
  },
};
