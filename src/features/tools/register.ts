/** What a language model can ask of Dropscope: five tools, small typed JSON with units, confirmations where time is spent. */
import * as vscode from 'vscode';
import { tools } from '../../contributions.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { VERIFY_STEPS, verifyPromises } from '../../host/verification.ts';
import { compareConfigs } from './compareConfigs.ts';
import { explainParameter } from './explainParameter.ts';
import { maskStatistics } from './maskStatistics.ts';
import { trainSteps } from './trainSteps.ts';

type Input = Readonly<Record<string, unknown>>;
type Answer = (input: Input, token: vscode.CancellationToken) => unknown;

export function register(services: Services): vscode.Disposable {
  const disposables = new Disposables();
  const add = (name: string, answer: Answer, cost?: (input: Input) => string) => {
    disposables.add(vscode.lm.registerTool<Input>(name, toolOf(answer, cost)));
  };
  add(
    tools.trainSteps,
    (input, token) => trainSteps(services, input, token),
    ({ steps }) => vscode.l10n.t('Train an AWD-LSTM for {0} steps on this machine?', String(steps)),
  );
  add(tools.maskStats, (input) => maskStatistics(services, input));
  add(
    tools.verify,
    (input) => verifyPromises(services, input),
    ({ steps = VERIFY_STEPS }) => vscode.l10n.t('Train {0} steps to check every promise?', String(steps)),
  );
  add(tools.compareConfigs, (input) => compareConfigs(input));
  add(tools.explainParameter, explainParameter);
  return disposables;
}

function toolOf(answer: Answer, cost?: (input: Input) => string): vscode.LanguageModelTool<Input> {
  const invoke = async (
    { input }: vscode.LanguageModelToolInvocationOptions<Input>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> => {
    const result = await answer(input, token);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(result))]);
  };
  if (!cost) return { invoke };
  return {
    invoke,
    prepareInvocation: ({ input }) => ({
      confirmationMessages: { title: vscode.l10n.t('Dropscope'), message: cost(input) },
    }),
  };
}
