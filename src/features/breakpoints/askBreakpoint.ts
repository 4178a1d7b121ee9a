/** Asks a person for a condition: what it is about first, then the numbers, checked with every key. */
import * as vscode from 'vscode';
import { GRADIENT_JUMP, LONG_STEP, LOSS_JUMP, NOT_FINITE, ZEROS_GROW } from '../../shared/breakpoint.ts';
import { readCondition } from '../../shared/breakpointExpression.ts';
import { breakpointFunctions, breakpointNumbers } from '../../shared/breakpointNumbers.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import { readHit } from './breakpointArgument.ts';
import { nameOf } from './breakpointTree.ts';

/** Undefined when it was dismissed. */
export async function askNewCondition(): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const known = [GRADIENT_JUMP, LOSS_JUMP, LONG_STEP, ZEROS_GROW, NOT_FINITE];
  const items = [
    ...known.map((when) => ({ label: nameOf(when, t), description: when, when })),
    { label: t('A step is reached'), description: 'step == 1000', when: 'step == 1000' },
    { label: t('Condition…'), description: t('any of the numbers of a step'), when: '' },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Add Breakpoint'),
    placeHolder: t('When should training pause?'),
    matchOnDescription: true,
  });
  return chosen && askCondition(t('Add Breakpoint'), chosen.when);
}

/** `value` can be changed; its first number that stands alone is selected. Undefined when it was dismissed. */
export async function askCondition(title: string, value: string): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const number = /\b\d+(\.\d+)?\b/.exec(value);
  const condition = await vscode.window.showInputBox({
    title,
    value,
    ...(number ? { valueSelection: [number.index, number.index + number[0].length] as [number, number] } : {}),
    prompt: t(
      'Numbers: {0}. Functions: {1}. Joined by && and ||.',
      Object.keys(breakpointNumbers).join(', '),
      Object.keys(breakpointFunctions).join(', '),
    ),
    placeHolder: 'loss > 6 && step > 100',
    ignoreFocusOut: true,
    validateInput: (text) => complaint(() => readCondition(text)),
  });
  return condition?.trim();
}

/** From which hit on it pauses. */
export async function askHit(value: number): Promise<number | undefined> {
  const { t } = vscode.l10n;
  const hit = await vscode.window.showInputBox({
    title: t('Edit Hit Count'),
    value: String(value),
    prompt: t('Earlier hits are counted and do not pause. 1: pause at the first.'),
    validateInput: (text) => complaint(() => readHit(text)),
  });
  return hit === undefined ? undefined : readHit(hit);
}

function complaint(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}
