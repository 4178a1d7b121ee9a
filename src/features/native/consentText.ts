/** What a person is told before anything is fetched or removed: what, from where, how large, and where to. Pure. */
import type { Translate } from '../../host/translate.ts';
import {
  LIBTENSORFLOW_HOST,
  NATIVE_MEGABYTES,
  NATIVE_PACKAGE,
  NATIVE_VERSION,
} from '../../supervisor/native/nativeFacts.ts';

export interface Question {
  readonly message: string;
  readonly detail: string;
}

export function installQuestion(folder: string, t: Translate): Question {
  const { npm, libtensorflow, disk } = NATIVE_MEGABYTES;
  return {
    message: t('Install the native backend?'),
    detail: [
      t(
        'Large models train up to twice as fast on TensorFlow; small ones do not. The embedded backend stays as it is.',
      ),
      t('From npm: {0} {1}, about {2} MB.', NATIVE_PACKAGE, NATIVE_VERSION, npm),
      t(
        'From {0}: libtensorflow, about {1} MB. With a TensorFlow that is on this machine already, that one is used and a C++ compiler is needed.',
        LIBTENSORFLOW_HOST,
        libtensorflow,
      ),
      t('To: {0}, about {1} MB. The command line uses it too; this same command removes it.', folder, disk),
    ].join('\n\n'),
  };
}

export function installedQuestion(folder: string, t: Translate): Question {
  return {
    message: t('The native backend is installed.'),
    detail: t('It is in {0}. Without it, training goes on with the embedded backend.', folder),
  };
}
