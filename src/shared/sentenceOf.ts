/** What people are told of anything that was thrown. */

/** An error's own message, else the thrown value as text. */
export function sentenceOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
