/**
 * Two kinds of failure that callers of the engine tell apart: bad input (nothing was written; the command line exits
 * with 2) and problems met while working (exit 1). They travel as the code of the error response.
 */

export const BAD_INPUT = 2;
export const PROBLEM = 1;

/** Something a person gave that cannot be used: "WHAT: WHY (what to do)". */
export class BadInput extends Error {
  readonly code = BAD_INPUT;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BadInput';
  }
}

/** The exit status that belongs to an error, whichever side of the boundary it is seen on; 1 when it carries none. */
export function failureStatus(error: unknown): typeof BAD_INPUT | typeof PROBLEM {
  return error instanceof Error && 'code' in error && error.code === BAD_INPUT ? BAD_INPUT : PROBLEM;
}
