// A lock between processes of one machine, so that two tools do not set up the same thing at once. It is the system's own
// lock on a file, by way of SQLite: it goes with its process, however that ends, so nobody ever has to judge who is dead.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './progress.ts';

/** SQLite's number for a file that somebody else has locked. */
const SQLITE_BUSY = 5;
const LOOK_MS = 500;

/** Runs `work` while holding the lock on `file`, which stays behind, empty; waits for another holder. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  try {
    for (let told = false; !take(database); told = true) {
      if (!told) say(`waiting for another process to finish with ${path.basename(file)}`);
      await delay(LOOK_MS);
    }
    return await work();
  } finally {
    database.close();
  }
}

function take(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
