// A config in the editor: what is wrong in it is said once, by us and not by the editor's own JSON as well.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { dropscope, workspace } from '../dropscopeApi.ts';
import { eventually } from '../eventually.ts';
import { hostTest } from '../hostTest.ts';

/** The key that stands twice is what the editor's JSON has to say, so that one knows when it has spoken. */
const config = '{\n  "weight_p": 1.2,\n  "n_hiden": 64,\n  "tokenizer": "words",\n  "bs": 4,\n  "bs": 8\n}\n';

hostTest('a bad value of a dropscope.json is underlined once', async () => {
  await dropscope();
  const uri = vscode.Uri.joinPath(workspace(), 'wrong.dropscope.json');
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(config));
  await vscode.window.showTextDocument(uri);
  const said = await eventually('what JSON says and what dropscope says', () => {
    const all = vscode.languages.getDiagnostics(uri);
    const own = all.filter(({ source }) => source === 'dropscope');
    return own.length > 0 && all.length > own.length ? all : undefined;
  });
  for (const [line, what] of ['weight_p is 1.2', 'unknown key "n_hiden"', 'tokenizer is "words"'].entries()) {
    const here = said.filter(({ range }) => range.start.line === line + 1).map(({ message }) => message);
    assert.equal(here.length, 1, here.join(' | '));
    assert.ok(here[0]?.startsWith(what), here[0]);
  }
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
});
