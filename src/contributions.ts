/**
 * The identifiers that the code and package.json share: commands, views, settings, context keys. A test compares them
 * with the manifest in both directions, so that neither can drift.
 */

/** Commands that people see in the palette. */
export const commands = {
  train: 'dropscope.train',
  trainThisFile: 'dropscope.trainThisFile',
  trainWithConfig: 'dropscope.trainWithConfig',
  trainSample: 'dropscope.trainSample',
  pause: 'dropscope.pause',
  resume: 'dropscope.resume',
  step: 'dropscope.step',
  stop: 'dropscope.stop',
  openInspector: 'dropscope.openInspector',
  previewMasks: 'dropscope.previewMasks',
  openCheckpoint: 'dropscope.openCheckpoint',
  compareRuns: 'dropscope.compareRuns',
  compareWithDefaults: 'dropscope.compareWithDefaults',
  verify: 'dropscope.verify',
  exportTrace: 'dropscope.exportTrace',
  exportTensorBoard: 'dropscope.exportTensorBoard',
  newConfig: 'dropscope.newConfig',
  installNativeBackend: 'dropscope.installNativeBackend',
  showLog: 'dropscope.showLog',
  deleteRun: 'dropscope.deleteRun',
  revealRun: 'dropscope.revealRun',
  addBreakpoint: 'dropscope.addBreakpoint',
  editBreakpoint: 'dropscope.editBreakpoint',
  editHitCount: 'dropscope.editHitCount',
  removeBreakpoint: 'dropscope.removeBreakpoint',
  toggleBreakpoint: 'dropscope.toggleBreakpoint',
  enableBreakpoints: 'dropscope.enableBreakpoints',
  disableBreakpoints: 'dropscope.disableBreakpoints',
  resetBreakpoints: 'dropscope.resetBreakpoints',
} as const;

export const views = {
  runs: 'dropscope.runs',
  parameters: 'dropscope.parameters',
  dropout: 'dropscope.dropout',
  breakpoints: 'dropscope.breakpoints',
} as const;

/** Type of the inspector's webview panel. */
export const inspectorPanel = 'dropscope.inspector';
/** Type of the panel that previews masks. */
export const previewPanel = 'dropscope.preview';
/** Type of the custom editor for files of weights. */
export const checkpointEditor = 'dropscope.checkpoint';

/** The rules of the text analysis, each with a setting for its severity. */
export const lintRules = [
  'raw-weight-cut',
  'parameter-data-write',
  'p-out-of-range',
  'p-list',
  'drop-mult-past-one',
  'unknown-weight-name',
  'odd-size-bidir',
  'invalid-config',
  'functional-dropout-training',
  'always-training',
  'shared-in-place-scale',
  'single-layer-lstm-dropout',
  'unknown-config-key',
  'locked-layout',
  'derived-weight-optimised',
  'dropout-as-copy',
  'swapped-values',
  'reverse-undropped',
  'ignored-regularizers',
  'p-one',
  'missing-reset',
] as const;

/** The setting of a rule's severity. */
export function lintSetting(rule: string): string {
  return `dropscope.lint.${rule}`;
}

export const settings = {
  backend: 'dropscope.backend',
  nativePath: 'dropscope.nativePath',
  budgetPercent: 'dropscope.introspection.budgetPercent',
  codeLens: 'dropscope.codeLens.enabled',
  inlayHints: 'dropscope.inlayHints.enabled',
  ...Object.fromEntries(lintRules.map((rule) => [rule, lintSetting(rule)])),
} as const;

/** What a language model can call. */
export const tools = {
  trainSteps: 'dropscope_train_steps',
  maskStats: 'dropscope_mask_stats',
  verify: 'dropscope_verify',
  compareConfigs: 'dropscope_compare_configs',
  explainParameter: 'dropscope_explain_parameter',
} as const;

/** Context keys that `when` and `enablement` clauses read. */
export const contextKeys = {
  /** What the newest live run does: a {@link StateKey}. */
  state: 'dropscope.state',
  /** Whether any run has ended early and can be continued. */
  resumable: 'dropscope.resumable',
  /** Whether the run shown in Parameters and Dropout has been described. */
  described: 'dropscope.described',
} as const;

/** Values of {@link contextKeys.state}. */
export type StateKey = 'idle' | 'starting' | 'running' | 'pausing' | 'paused' | 'stopping';

/** `viewItem` of a run in the Runs view. */
export type RunContext =
  'run.starting' | 'run.running' | 'run.pausing' | 'run.paused' | 'run.stopping' | 'run.resumable' | 'run.done';

/** Marks a workspace whose dropscope.json is trained once, when it is first opened. */
export const firstRunMarker = '.dropscope/first-run.json';
