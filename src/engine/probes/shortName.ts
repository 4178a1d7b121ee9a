/** Names as sentences have them: without the number of encoder or decoder, which every name begins with. */

export function shortName(name: string): string {
  return name.replace(/^\d+\./, '');
}

/** Whole numbers with thousands in commas: 65,536. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}
