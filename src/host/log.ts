/** The one log of Dropscope: what the host does, and what the engine says, each at its level. */
import * as vscode from 'vscode';
import type { LogLine } from '../shared/engineContract.ts';

export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Dropscope', { log: true });
}

/** Writes a line of the engine or its supervisor at its own level. */
export function writeLine(log: vscode.LogOutputChannel, line: LogLine): void {
  log[line.level](line.message);
}
