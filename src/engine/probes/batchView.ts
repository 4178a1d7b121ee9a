/** The tokens of the recorded step with their words, and which of them the embedding dropout took out. */
import type { BatchView, RunDescription } from '../../shared/engineContract.ts';
import type { RecordedStep } from './recordedStep.ts';

/** `words` is the vocabulary, index = id. */
export function batchView(recorded: RecordedStep, run: RunDescription, words: readonly string[]): BatchView {
  const { rows, length, ids: input } = recorded.input;
  const ids = Int32Array.from(new Set(input)).sort();
  const site = run.sites.find(({ kind }) => kind === 'embedding');
  const mask = site && recorded.read(`mask/${site.name}`)?.data;
  return {
    step: recorded.step,
    rows,
    length,
    input,
    ids,
    words: Array.from(ids, (id) => words[id] ?? `#${id}`),
    dropped: Uint8Array.from(ids, (id) => (mask?.[id] === 0 ? 1 : 0)),
  };
}
