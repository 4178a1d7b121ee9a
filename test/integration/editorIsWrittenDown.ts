// Waits until VS Code has written down that an editor is open: it does so some seconds after it happened, and a reload before
// that forgets the editor.
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const LONGEST_MS = 300_000;

/** Looks through the workbench's storage in the browser for an editor of this kind, such as "dropscope.inspector". */
export async function editorIsWrittenDown(page: Page, viewType: string): Promise<void> {
  const written = `(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      try {
        for (const store of database.objectStoreNames) {
          const values = await done(database.transaction(store).objectStore(store).getAll());
          if (values.some((value) => typeof value === 'string' && value.includes('mainThreadWebview-${viewType}'))) return true;
        }
      } finally {
        database.close();
      }
    }
    return false;
  })()`;
  const deadline = performance.now() + LONGEST_MS;
  while (!(await page.evaluate<boolean>(written))) {
    if (performance.now() > deadline) throw new Error(`VS Code never wrote down that ${viewType} is open`);
    await delay(500);
  }
}
