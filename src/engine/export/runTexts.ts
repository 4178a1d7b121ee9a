/**
 * What a run was, as texts of TensorBoard (Markdown): its config, facts with what one should know to read them, and what its
 * tags mean.
 */
import type { RunStatus } from '../../shared/engineContract.ts';
import type { RunRecord } from '../checkpoints/runFolder.ts';
import { histogramTags } from './runHistograms.ts';
import { scalarTags } from './runScalars.ts';
import type { Summary } from './summaryEvent.ts';

/** `notes`: what is not in the export, in sentences. Tags are as torch.utils.tensorboard's add_text writes them. */
export function runTexts(record: RunRecord, status: RunStatus, notes: readonly string[]): Summary[] {
  return [
    { tag: 'config/text_summary', says: 'As resolved: a dropscope.json with these keys.', text: configText(record) },
    { tag: 'about/text_summary', says: 'What this run is.', text: aboutText(record, status, notes) },
    // Each tag is explained where it begins, too; but TensorBoard's fast loader does not pass that on.
    { tag: 'tags/text_summary', says: 'What each curve and histogram shows.', text: tagsText() },
  ];
}

/** Indented by four, which Markdown takes as it is. */
function configText({ config }: RunRecord): string {
  return JSON.stringify(config, null, 2).replaceAll(/^/gm, '    ');
}

function aboutText(record: RunRecord, status: RunStatus, notes: readonly string[]): string {
  const { name, corpus, vocab_size, backend, seed, started } = record;
  const facts: [string, string][] = [
    ['run', name],
    ['status when exported', status],
    ['started', started],
    ['backend', backend?.name ?? 'none'],
    ['seed', String(seed)],
    ['vocabulary', `${vocab_size} tokens`],
    ['corpus', corpusText(corpus)],
  ];
  const reading = [
    'Times are those of the training steps added up from the start: without evaluations, pauses, and the time between an interruption and going on.',
    ...notes,
  ];
  return [table(facts), ...reading].join('\n\n');
}

function corpusText(corpus: RunRecord['corpus']): string {
  const [first] = corpus;
  if (corpus.length === 1) return first?.path ?? '';
  return `${corpus.length} documents, ${first?.path ?? ''} …`;
}

function tagsText(): string {
  return table([['tag', 'what it shows'], ...scalarTags(), ...histogramTags()]);
}

/** Its first row is its head. */
function table(rows: readonly (readonly [string, string])[]): string {
  const [head = '', ...rest] = rows.map((row) => `| ${row.map(escaped).join(' | ')} |`);
  return [head, '|-|-|', ...rest].join('\n');
}

const escaped = (cell: string): string => cell.replaceAll(/[\\`*_|<>[\]]/g, '\\$&');
