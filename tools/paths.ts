// Where things lie in a checkout, for every tool and test that needs to know.
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');
export const dist = path.join(root, 'dist');
/** What a run leaves for a person to look at: pictures, reports, logs. Never committed. */
export const out = path.join(root, 'out');
/** What is fetched once and kept between runs, as test-electron keeps its download. Never committed. */
export const fetched = path.join(root, '.vscode-test');
