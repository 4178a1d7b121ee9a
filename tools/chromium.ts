// The Chromium that opens pages for tests and for the smoke run: Debian's, driven by playwright-core.
import { chromium, type Browser } from 'playwright-core';
import { ensurePackages, findCommand } from './debianPackages.ts';

/** Starts Chromium without a window; it is installed first where that is possible and needed. */
export async function launchChromium(): Promise<Browser> {
  await ensurePackages(['chromium', 'fonts-dejavu-core']);
  const executablePath = findCommand('chromium');
  if (executablePath === undefined) throw new Error('no chromium on PATH');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
