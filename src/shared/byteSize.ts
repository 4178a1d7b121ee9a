/** Sizes of files as people read them: "812 B", "3.4 kB", "1.2 MB", "20 MB"; decimal prefixes, as disks and file managers count. */

const UNITS = ['kB', 'MB', 'GB'] as const;

/** `bytes`: 0 or more. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let size = bytes / 1000;
  let unit = 0;
  // What would be rounded to 1,000 is one of the next unit.
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size < 9.95 ? size.toFixed(1) : size.toFixed(0)} ${UNITS[unit]}`;
}
