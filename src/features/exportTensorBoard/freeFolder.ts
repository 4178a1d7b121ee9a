/** Where an export goes when a person chose the folder that holds the runs: into one of its own, under the run's id. Pure. */

/** "ID", or the first of "ID-2", "ID-3", … that is not `taken`. */
export function freeFolder(id: string, taken: readonly string[]): string {
  let name = id;
  for (let copy = 2; taken.includes(name); copy++) name = `${id}-${copy}`;
  return name;
}
