/** Builds the services and registers the features; nothing heavy happens before somebody asks for it. */
import type * as vscode from 'vscode';
import { commands } from './contributions.ts';
import { register as registerBreakpoints } from './features/breakpoints/register.ts';
import { register as registerCheckpoint } from './features/checkpoint/register.ts';
import { register as registerDropout } from './features/dropout/register.ts';
import { register as registerFirstRun } from './features/firstRun/register.ts';
import { register as registerInspector } from './features/inspector/register.ts';
import { register as registerNative } from './features/native/register.ts';
import { register as registerNewConfig } from './features/newConfig/register.ts';
import { register as registerParameters } from './features/parameters/register.ts';
import { register as registerCompare } from './features/compare/register.ts';
import { register as registerCompareRuns } from './features/compareRuns/register.ts';
import { register as registerPreview } from './features/preview/register.ts';
import { register as registerProblems } from './features/problems/register.ts';
import { register as registerRuns } from './features/runs/register.ts';
import { register as registerStatus } from './features/status/register.ts';
import { register as registerTrain } from './features/train/register.ts';
import { register as registerExportTrace } from './features/exportTrace/register.ts';
import { register as registerExportTensorBoard } from './features/exportTensorBoard/register.ts';
import { register as registerTools } from './features/tools/register.ts';
import { register as registerVerify } from './features/verify/register.ts';
import { register as registerDiagnostics } from './features/diagnostics/register.ts';
import { register as registerHints } from './features/hints/register.ts';
import { register as registerHovers } from './features/hovers/register.ts';
import { register as registerLenses } from './features/lenses/register.ts';
import { createApi, type DropscopeApi } from './host/api.ts';
import { registerCommands } from './host/commandTable.ts';
import { createServices } from './host/services.ts';
import { keepStateKeys } from './host/stateKeys.ts';
import { sentenceOf } from './shared/sentenceOf.ts';

export async function activate(context: vscode.ExtensionContext): Promise<DropscopeApi> {
  const services = createServices(context);
  context.subscriptions.push(
    services,
    keepStateKeys(services),
    registerCommands({ [commands.showLog]: () => services.log.show() }),
    registerTrain(services),
    registerStatus(services),
    registerRuns(services),
    registerParameters(services),
    registerDropout(services),
    registerBreakpoints(services),
    registerProblems(services),
    registerNewConfig(),
    registerNative(services),
    registerDiagnostics(services),
    registerHovers(services),
    registerLenses(services),
    registerHints(services),
    registerPreview(services),
    registerCheckpoint(services),
    registerCompare(services),
    registerCompareRuns(services),
    registerVerify(services),
    registerExportTrace(services),
    registerExportTensorBoard(services),
    registerTools(services),
  );
  await services.folders.scan().catch((error: unknown) => services.log.warn(`run folders: ${sentenceOf(error)}`));
  // A panel that comes back, and the first run, look for their runs: these two after the scan.
  context.subscriptions.push(registerInspector(services), registerFirstRun());
  return createApi(services);
}
