/** A backend that cannot be used here, in the words the command line and the editor show. */
export class BackendUnavailable extends Error {
  readonly reason: string;

  constructor(backend: string, reason: string) {
    super(`backend ${backend}: ${reason}`);
    this.name = 'BackendUnavailable';
    this.reason = reason;
  }
}
