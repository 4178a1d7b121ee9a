// Runs the build, as `npm run build` does, for the tools that need its result.
import path from 'node:path';
import { root } from './paths.ts';
import { runOrFail } from './processes.ts';
import { say } from './progress.ts';

/** Builds dist/; rejects with the bundler's message. Prints what the build says. */
export async function buildAll(): Promise<void> {
  say('building');
  const output = await runOrFail(process.execPath, [path.join(root, 'esbuild.mjs')], { cwd: root });
  if (output.trim() !== '') console.log(output.trimEnd());
}
