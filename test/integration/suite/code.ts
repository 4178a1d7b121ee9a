// Python in the editor: findings with their fixes, hovers, lenses and hints, through the provider commands.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { dropscope } from '../dropscopeApi.ts';
import { eventually } from '../eventually.ts';
import { hostTest } from '../hostTest.ts';

const source = `from fastai.text.all import *
import torch.nn.functional as F

class WeightDropout(nn.Module):
    def _setweights(self):
        raw = getattr(self, 'weight_hh_l0_raw')
        setattr(self.module, 'weight_hh_l0', F.dropout(raw.data, p=self.p, training=self.training))

config = awd_lstm_lm_config.copy()
config['weight_p'] = 0.4
model = get_language_model(AWD_LSTM, 1000, config=config, drop_mult=0.5)
`;

function findingsOf(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source: from }) => from === 'dropscope');
}

const findingOf = (document: vscode.TextDocument, severity: vscode.DiagnosticSeverity) =>
  eventually(`a finding of severity ${severity}`, () =>
    findingsOf(document).find((finding) => finding.severity === severity),
  );

const noFinding = (document: vscode.TextDocument) =>
  eventually('no finding', () => (findingsOf(document).length === 0 ? true : undefined));

async function opened(): Promise<vscode.TextDocument> {
  await dropscope();
  const document = await vscode.workspace.openTextDocument({ language: 'python', content: source });
  await vscode.window.showTextDocument(document);
  await eventually('a finding', () => findingsOf(document)[0]);
  return document;
}

hostTest('a cut raw weight is underlined, and the fix takes the finding away', async () => {
  const document = await opened();
  const [finding, ...others] = findingsOf(document);
  assert.equal(others.length, 0);
  assert.equal(finding?.severity, vscode.DiagnosticSeverity.Error);
  assert.equal(document.getText(finding.range), 'raw.data');
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    finding.range,
  );
  const fix = actions.find(({ title }) => title === 'Remove .data');
  assert.ok(fix?.edit);
  await vscode.workspace.applyEdit(fix.edit);
  assert.ok(document.getText().includes('F.dropout(raw, p=self.p'));
  await noFinding(document);
});

hostTest('a hover tells the effective p, a lens offers training, hints are off until asked for', async () => {
  const document = await opened();
  const position = document.positionAt(source.indexOf('0.4'));
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  const text = hovers.flatMap(({ contents }) => contents.map((part) => (typeof part === 'string' ? part : part.value)));
  assert.match(text.join('\n'), /p = 0\.2 = 0\.4 × drop_mult 0\.5: 80 % are kept/);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    9,
  );
  assert.ok(lenses.some(({ command }) => command?.title === 'Train with this config'));
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = () =>
    vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole);
  assert.deepEqual(await hints(), []);
  const settings = vscode.workspace.getConfiguration('dropscope');
  await settings.update('inlayHints.enabled', true, vscode.ConfigurationTarget.Global);
  try {
    await eventually('a hint with the effective p', async () => {
      const labels = (await hints()).map(({ label }) =>
        typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
      );
      return labels.find((label) => label === ' = 0.2 after drop_mult');
    });
  } finally {
    await settings.update('inlayHints.enabled', undefined, vscode.ConfigurationTarget.Global);
  }
});

hostTest("a rule's severity is a setting", async () => {
  const document = await opened();
  const settings = vscode.workspace.getConfiguration('dropscope.lint');
  await settings.update('raw-weight-cut', 'hint', vscode.ConfigurationTarget.Global);
  try {
    await findingOf(document, vscode.DiagnosticSeverity.Hint);
    await settings.update('raw-weight-cut', 'off', vscode.ConfigurationTarget.Global);
    await noFinding(document);
  } finally {
    await settings.update('raw-weight-cut', undefined, vscode.ConfigurationTarget.Global);
  }
  await findingOf(document, vscode.DiagnosticSeverity.Error);
});
