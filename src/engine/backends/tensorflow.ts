/**
 * The native backend, @tensorflow/tfjs-node: found at run time, never bundled. It brings its own copy of tfjs-core, but
 * engine, kernels and gradients of all copies of one version live in one global registry, so the copy that registers
 * its kernels serves ours; a test runs gradients through it.
 */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import nodeUtil from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { restoreOwnGradients } from '../kernels/gradients/ownGradients.ts';
import { kernelOptions } from '../wasm/kernelOptions.ts';
import { BackendUnavailable } from './backendUnavailable.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';

const PACKAGE = '@tensorflow/tfjs-node';
/** How many threads share an operation: TensorFlow reads it once, when it starts. */
const THREADS = 'TF_NUM_INTRAOP_THREADS';

let loaded: { version: string; threads: number } | null = null;

/**
 * Loads the package from DROPSCOPE_NATIVE, the given folders, the project, the current folder or where installing puts it
 * (DROPSCOPE_INSTALLED, set by whoever starts this process): whichever has it first.
 */
export function loadTensorflow(folders: string[]): { version: string; threads: number } {
  if (loaded) return loaded;
  const named = process.env['DROPSCOPE_NATIVE'];
  // Of the project: where this bundle's dist/ lies, and where the command was given.
  const project = join(import.meta.dirname, '..');
  const installed = (process.env['DROPSCOPE_INSTALLED'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [...new Set([...(named ? [resolve(named)] : []), ...folders, project, process.cwd(), ...installed])];
  const found = places.find((place) => existsSync(join(place, 'node_modules', PACKAGE, 'package.json')));
  if (found === undefined)
    throw new BackendUnavailable(
      'tensorflow',
      'not installed',
      `no ${PACKAGE} in node_modules of ${places.join(', ')}; get it with dropscope native install`,
    );
  restoreRemovedNodeFunctions();
  const require = createRequire(join(found, 'node_modules', 'dropscope.js'));
  const { version } = require(`${PACKAGE}/package.json`) as { version: string };
  const core = require('@tensorflow/tfjs-core/package.json') as { version: string };
  if (core.version !== tf.version_core) {
    throw new BackendUnavailable(
      'tensorflow',
      `${found} has tfjs ${core.version}, this is ${tf.version_core} (install ${PACKAGE}@${tf.version_core})`,
    );
  }
  loadQuietly(require, found);
  loaded = { version, threads: Number(process.env[THREADS]) };
  return loaded;
}

/** tfjs registers the cpu kernels a second time and warns once for each: production mode is quiet about that. */
function loadQuietly(require: NodeJS.Require, folder: string): void {
  const environment = tf.env();
  const production = environment.getBool('PROD');
  const backendBefore = tf.engine().backendName;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env[THREADS] ??= String(kernelOptions().threads);
  environment.set('PROD', true);
  try {
    require(PACKAGE);
  } catch (error) {
    if (backendBefore) tf.engine().backendName = backendBefore;
    const [firstLine = ''] = sentenceOf(error).split('\n');
    throw new BackendUnavailable('tensorflow', `${PACKAGE} in ${folder} will not load (${firstLine})`);
  } finally {
    restoreOwnGradients();
    environment.set('PROD', production);
  }
}

/** tfjs-node 4.22 calls two functions that Node 23 removed. */
function restoreRemovedNodeFunctions(): void {
  const util = nodeUtil as unknown as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
