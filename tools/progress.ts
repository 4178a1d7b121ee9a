// One line for each long step of a tool, with the seconds since the tool began, so that nobody waits in silence.
const began = performance.now();

/** Prints one progress line. */
export function say(text: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(4);
  console.log(`${seconds} s  ${text}`);
}
