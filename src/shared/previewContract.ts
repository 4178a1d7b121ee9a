/**
 * What passes between the extension host and the page that previews masks. The host says which masks there would be;
 * the page draws them itself, so that an edit needs neither engine nor training.
 */
import type { SiteDescription } from './engineContract.ts';

export interface Preview {
  /** Counts up with every state that is sent. */
  readonly revision: number;
  /** What is shown, for example "AWD_LSTM(…)"; "" when there is no config. */
  readonly title: string;
  /** Where it stands, for example "languageModel.py, line 8". */
  readonly place: string;
  /** Why no mask is shown, or "". */
  readonly message: string;
  readonly sites: readonly SiteDescription[];
  readonly dropMult: number;
  readonly seed: number;
  /** What had to be assumed. */
  readonly notes: readonly string[];
}

export type ToPreview = { readonly kind: 'preview'; readonly preview: Preview };

/**
 * "ready": the page listens, and knows nothing. "drawn": the state of that revision is on the screen. "save": a file the
 * page made; the host asks where. "copy": text for the clipboard.
 */
export type FromPreview =
  | { readonly kind: 'ready' }
  | { readonly kind: 'drawn'; readonly revision: number }
  | { readonly kind: 'save'; readonly name: string; readonly data: Uint8Array }
  | { readonly kind: 'copy'; readonly text: string };
