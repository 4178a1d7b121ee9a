/** How runs are told apart where several have one name, as those of one text do. */
import type { RunSummary } from '../../src/shared/pageContract.ts';

/** The name alone, or with what its folder has besides: "sample (20261122-091812)". */
export function nameAmong({ id, name }: Pick<RunSummary, 'id' | 'name'>, runs: readonly RunSummary[]): string {
  if (!runs.some((run) => run.id !== id && run.name === name)) return name;
  const folder = id.endsWith(`-${name}`) ? id.slice(0, -name.length - 1) : id;
  return `${name} (${folder})`;
}
