/**
 * Has the promises checked that take passes of their own, at the run's latest step. A run that goes on leaves that step
 * behind, so the page stays with it: verdicts, panes and text are of the step that was checked until Latest is chosen.
 */
import type { HostClient } from './connection.ts';
import type { Store } from './store.ts';

/** Resolves when it was checked; rejects with the host's sentence. */
export async function checkNow(client: HostClient, store: Store, read: () => void): Promise<void> {
  const { summary } = store.get();
  if (!summary) return;
  const { step } = await client.request('check', { run: summary.id });
  const now = store.get();
  if (now.summary?.id !== summary.id) return;
  store.set({ viewed: now.summary.status === 'running' ? step : null });
  read();
}
