/** What the preview shows of a config, or the words it has instead of one. */
import * as vscode from 'vscode';
import type { ConfigInCode } from '../../shared/lintContract.ts';
import type { Preview } from '../../shared/previewContract.ts';

/** `file` and `line` say where; without a config the message says what would be one. */
export function previewOf(config: ConfigInCode | undefined, file: string, line: string): Omit<Preview, 'revision'> {
  const place = [file, line].filter((part) => part !== '').join(', ');
  if (!config) {
    const message = vscode.l10n.t(
      'There is no dropout config under the cursor. Put it on AWD_LSTM(…), on get_language_model(…) or a learner, on a config dict, or into a dropscope.json.',
    );
    return { title: '', place, message, sites: [], dropMult: 1, seed: 1, notes: [] };
  }
  const { title, sites, dropMult, seed, notes, problem } = config;
  return { title, place, message: problem, sites, dropMult, seed, notes };
}
