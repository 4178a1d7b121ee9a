/**
 * What passes between the extension host and the page of a file of weights. The page asks for everything it shows; the
 * host tells it only that the file has changed.
 */
import type { CheckpointComparison, CheckpointPicture, CheckpointView } from './checkpointContract.ts';
import type { Window } from './engineContract.ts';
import type { KeyStyle } from './jobContract.ts';

export interface CheckpointPageRequests {
  /** Reads the file anew. */
  view: [null, CheckpointView];
  picture: [{ readonly name: string; readonly window?: Window; readonly maxCells: number }, CheckpointPicture];
  /** The page has drawn what `view` answered, or the sentence it was refused with. */
  drawn: [null, null];
  /** Asks where, and saves the weights there without derived ones; null when the person thinks better of it. */
  saveClean: [{ readonly style: KeyStyle }, { readonly file: string } | null];
  /** Asks for a config, and holds the file against it; null when none is chosen. */
  compare: [null, CheckpointComparison | null];
  /** Opens a new config for a model of these weights. */
  newConfig: [null, null];
  /** Saves a file the page made (a picture, a CSV): the host asks where. */
  save: [{ readonly name: string; readonly data: Uint8Array }, null];
  /** Puts text on the clipboard. */
  copy: [{ readonly text: string }, null];
}

export interface CheckpointPageNotifications {
  /** The file on the disk is another one now, or gone: ask for the view again. */
  changed: null;
}
