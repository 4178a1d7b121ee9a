/**
 * Where the native backend is kept when nobody names a place: a folder of the user's, which the command line and every
 * editor share. It is looked for after DROPSCOPE_NATIVE and the setting dropscope.nativePath.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { NATIVE_PACKAGE } from './nativeFacts.ts';

interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
}

const here = (): Place => ({ platform: process.platform, home: homedir(), environment: process.env });

/** The folder that installing makes and removing removes; DROPSCOPE_NATIVE is another one. */
export function ownNativeFolder({ platform, home, environment }: Place = here()): string {
  const named = environment['DROPSCOPE_NATIVE'];
  if (named !== undefined && named !== '') return path.resolve(named);
  if (platform === 'win32')
    return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'dropscope', 'native');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'dropscope', 'native');
  return path.join(environment['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'dropscope', 'native');
}

/** Whether a folder holds the package, whole or not. */
export function holdsNative(folder: string): boolean {
  return existsSync(path.join(folder, 'node_modules', NATIVE_PACKAGE, 'package.json'));
}
