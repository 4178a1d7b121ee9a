/**
 * A run that was asked to pause or to stop and is not there yet: its process computes on one thread and hears nothing
 * before the step, or a piece of the evaluation, is done.
 */

export interface Halting {
  /** What was asked; stopping wins over pausing. */
  readonly by: 'pause' | 'stop';
  /** What has to end first: the step under way, all of the evaluation under way, or what is written down of the last step. */
  readonly after: 'step' | 'evaluation' | 'writing';
}
