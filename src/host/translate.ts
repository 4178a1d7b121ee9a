/** How pure code gets its sentences in the person's language: it is handed `vscode.l10n.t`, or in tests this. */

/** Replaces {0}, {1} … by the arguments, in the display language. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** The English of the source, untranslated. */
export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (_match, index: string) => String(args[Number(index)] ?? ''));
