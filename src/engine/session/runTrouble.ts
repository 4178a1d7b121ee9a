/**
 * What is wrong with a run, and what follows from it. "Spoilt": numbers are not finite but it goes on, for nobody wants it
 * paused; it may recover. "Broken": it stands at such numbers and can only stop or go back to a checkpoint. "Failing": a
 * breakpoint ends it, for there is nobody to ask.
 */
export class RunTrouble {
  readonly #run: string;
  #spoilt: string | null = null;
  #broken: string | null = null;
  #failing: string | null = null;

  constructor(run: string) {
    this.#run = run;
  }

  /** Whether checkpoints of now would be worth nothing: the last good one is what such a run can go back to. */
  get spoilt(): boolean {
    return this.#spoilt !== null;
  }

  get broken(): boolean {
    return this.#broken !== null;
  }

  /** Its numbers are not finite, in a sentence; says whether that is news. */
  spoil(sentence: string): boolean {
    const news = this.#spoilt === null;
    this.#spoilt ??= sentence;
    return news;
  }

  /** A step whose numbers are finite. */
  recover(): void {
    this.#spoilt = null;
  }

  break(sentence: string): void {
    this.#broken = sentence;
  }

  fail(sentence: string): void {
    this.#failing = sentence;
  }

  refuseIfBroken(): void {
    if (this.#broken !== null) throw new Error(`run ${this.#run} cannot go on: ${this.#broken}`);
  }

  /** Why a run whose loop ended so has failed all the same; null when it has not. */
  failureOf(outcome: 'done' | 'stopped'): string | null {
    return this.#failing ?? (outcome === 'done' ? this.#spoilt : null);
  }
}
