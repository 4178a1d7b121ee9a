/**
 * FNV-1a, 32 bit, over UTF-8: turns a tensor's name into the site id of its mask stream, so that adding a layer
 * leaves the masks of every other site as they were.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
