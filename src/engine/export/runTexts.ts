/** What a run was, as texts of TensorBoard (Markdown): its config, and what it is with what one should know to read it. */
import type { RunStatus } from '../../shared/engineContract.ts';
import type { RunRecord } from '../checkpoints/runFolder.ts';
import type { Summary } from './summaryEvent.ts';

/** `notes`: what is not in the export, in sentences. Tags are as torch.utils.tensorboard's add_text writes them. */
export function runTexts(record: RunRecord, status: RunStatus, notes: readonly string[]): Summary[] {
  return [
    { tag: 'config/text_summary', says: 'As resolved: a dropscope.json with these keys.', text: configText(record) },
    { tag: 'about/text_summary', says: 'What this run is.', text: aboutText(record, status, notes) },
  ];
}

/** Indented by four, which Markdown takes as it is. */
function configText({ config }: RunRecord): string {
  return JSON.stringify(config, null, 2).replaceAll(/^/gm, '    ');
}

function aboutText(record: RunRecord, status: RunStatus, notes: readonly string[]): string {
  const { name, corpus, vocab_size, backend, seed, started } = record;
  const facts = {
    // The first row of a table is its head.
    run: name,
    'status when exported': status,
    started,
    backend: backend?.name ?? 'none',
    seed: String(seed),
    vocabulary: `${vocab_size} tokens`,
    corpus: `${corpus.length} ${corpus.length === 1 ? 'document' : 'documents'}, ${corpus[0]?.path ?? ''}${corpus.length > 1 ? ' …' : ''}`,
  };
  const [head, ...rows] = Object.entries(facts).map(
    ([fact, value]) => `| ${fact} | ${value.replaceAll(/[\\`*_|<>[\]]/g, '\\$&')} |`,
  );
  const reading = [
    'Times are those of the training steps added up from the start: without evaluations, pauses, and the time between an interruption and going on.',
    ...notes,
  ];
  return [[head, '|-|-|', ...rows].join('\n'), ...reading].join('\n\n');
}
