/** Findings in the Problems view and as squiggles, each with its page, its severity setting and, where there is one, its fix. */
import * as vscode from 'vscode';
import { lintSetting } from '../../contributions.ts';
import { codeSelector, configSelector } from '../../host/codeReader.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import type { Finding, Severity } from '../../shared/finding.ts';

const PAGES = 'https://github.com/dropscope/dropscope/blob/main/docs/rules';

export function register({ code }: Services): vscode.Disposable {
  const disposables = new Disposables();
  const collection = disposables.add(vscode.languages.createDiagnosticCollection('dropscope'));
  const show = (document: vscode.TextDocument) => {
    const findings = code.current(document)?.findings ?? [];
    collection.set(
      document.uri,
      document.isClosed ? [] : findings.flatMap((finding) => diagnosticOf(finding, document)),
    );
  };
  disposables.add(code.onDidChange(show));
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('dropscope.lint')) vscode.workspace.textDocuments.forEach(show);
    }),
  );
  disposables.add(
    vscode.languages.registerCodeActionsProvider(
      [...codeSelector, ...configSelector],
      { provideCodeActions: (document, range) => fixesFor(document, range, code.current(document)?.findings ?? []) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
  return disposables;
}

function diagnosticOf(finding: Finding, document: vscode.TextDocument): vscode.Diagnostic[] {
  const severity = severityOf(finding, document);
  if (severity === undefined) return [];
  const diagnostic = new vscode.Diagnostic(rangeOf(finding), finding.message, severity);
  diagnostic.source = 'dropscope';
  diagnostic.code = { value: finding.code, target: vscode.Uri.parse(`${PAGES}/${finding.code}.md`) };
  return [diagnostic];
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** The setting's severity, or the rule's own; undefined when the rule is off. */
function severityOf({ code, severity }: Finding, document: vscode.TextDocument): vscode.DiagnosticSeverity | undefined {
  const chosen = vscode.workspace
    .getConfiguration(undefined, document)
    .get<Severity | 'off' | 'default'>(lintSetting(code));
  if (chosen === 'off') return undefined;
  return severities[chosen === undefined || chosen === 'default' ? severity : chosen];
}

function rangeOf({ line, column, endLine, endColumn }: Finding): vscode.Range {
  return new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
}

function fixesFor(
  document: vscode.TextDocument,
  range: vscode.Range,
  findings: readonly Finding[],
): vscode.CodeAction[] {
  return findings.flatMap((finding) => {
    const where = rangeOf(finding);
    if (!finding.fix || !where.intersection(range)) return [];
    const [diagnostic] = diagnosticOf(finding, document);
    if (!diagnostic) return [];
    const action = new vscode.CodeAction(finding.fix.title, vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    for (const { from, to, text } of finding.fix.edits) {
      action.edit.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(to)), text);
    }
    action.diagnostics = [diagnostic];
    action.isPreferred = true;
    return [action];
  });
}
