/**
 * The Brown corpus comes with a part-of-speech tag after every word: "The/at jury/nn said/vbd". Such a file is known by
 * its content and read as the plain words.
 */

/** A tag: letters and the signs that the Brown and Penn tag sets use. */
const tagged = /^\S*\/[A-Za-z*$+\-.,:;()'`"]{1,20}$/;

/** Fewer tokens than this may be "and/or" by chance. */
const enough = 20;

/** The text without its tags, or undefined when not every token of it is word/tag. */
export function withoutTags(text: string): string | undefined {
  const tags = new Set<string>();
  let tokens = 0;
  for (const [token] of text.matchAll(/\S+/g)) {
    const slash = token.lastIndexOf('/');
    if (slash < 1 || !tagged.test(token)) return undefined;
    tags.add(token.slice(slash + 1));
    tokens++;
  }
  // Tags repeat; the last parts of a list of paths do not.
  if (tokens < enough || tags.size > tokens / 2) return undefined;
  return text.replaceAll(/(\S+)\/\S+/g, '$1');
}
