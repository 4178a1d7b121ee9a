/** A backend that cannot be used here, in the words the command line and the editor show. */
export class BackendUnavailable extends Error {
  /** In few words. */
  readonly reason: string;

  /** `more`: where it was looked for, what to do. */
  constructor(backend: string, reason: string, more = '') {
    super(`backend ${backend}: ${reason}${more === '' ? '' : ` (${more})`}`);
    this.name = 'BackendUnavailable';
    this.reason = reason;
  }
}
