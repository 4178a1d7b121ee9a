/** What to type into a terminal to look at an export, in TensorBoard of one's own. */

/** TensorBoard draws so many points of a curve, chosen at random, unless told otherwise. */
const POINTS_DRAWN = 1000;

/** For a folder of runs, of which one has so many steps. `shell`: how the terminal quotes. */
export function tensorboardCommand(folder: string, steps: number, shell: 'posix' | 'windows'): string {
  const all = steps > POINTS_DRAWN ? ' --samples_per_plugin scalars=0' : '';
  return `tensorboard --logdir ${quoted(folder, shell)}${all}`;
}

function quoted(text: string, shell: 'posix' | 'windows'): string {
  if (shell === 'windows') return /[^\w:\\./-]/.test(text) ? `"${text}"` : text;
  return /[^\w@%+=:,./-]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : text;
}
