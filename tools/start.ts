// `npm start`: builds, finds a VS Code and opens the sample workspace in it with the extension; the sample then trains by
// itself, once. `--idle` leaves it idle. `--smoke` does it all without a person and exits 0 or 1.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './build.ts';
import { findCommand } from './debianPackages.ts';
import { findDesktop, openDesktop } from './desktop.ts';
import { out, root } from './paths.ts';
import { run } from './processes.ts';
import { say } from './progress.ts';
import { askForFirstRun, keptSample } from './sampleWorkspace.ts';
import { startServer } from './serverSession.ts';
import { smoke } from './smoke.ts';
import { sentenceOf } from '../src/shared/sentenceOf.ts';

const { values } = parseArgs({ options: { idle: { type: 'boolean' }, smoke: { type: 'boolean' } } });

async function openForPerson(): Promise<void> {
  const workspace = path.join(out, 'sample-workspace');
  await keptSample(workspace);
  if (values.idle !== true && (await askForFirstRun(workspace))) say('the sample will start training by itself');
  const desktop = await findDesktop();
  if (desktop === undefined) await openInBrowser(workspace);
  else await openDesktop(desktop, workspace);
}

/** Serves VS Code on this machine until Ctrl+C, and opens a browser where there is a display. */
async function openInBrowser(workspace: string): Promise<void> {
  const server = await startServer({ folder: path.join(out, 'server'), linked: root });
  const address = server.address({ workspace });
  say('VS Code is ready. Open this address in a browser on this machine; Ctrl+C ends.');
  console.log(`\n${address}\n`);
  const opener = findCommand('xdg-open');
  if (process.env['DISPLAY'] !== undefined && opener !== undefined) await run(opener, [address], { timeout: 10_000 });
  await server.ended;
}

try {
  await buildAll();
  if (values.smoke === true) await smoke();
  else await openForPerson();
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}
