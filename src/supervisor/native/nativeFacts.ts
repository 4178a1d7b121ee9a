/** What the native backend is, for whoever is asked to agree to it. Sizes were measured on Linux, x86-64. */

export const NATIVE_PACKAGE = '@tensorflow/tfjs-node';

/** The version that goes with the tfjs this is built with: the backend checks it. */
export const NATIVE_VERSION = '4.22.0';

/** Where the package fetches libtensorflow from when none is given. */
export const LIBTENSORFLOW_HOST = 'storage.googleapis.com';

/** Megabytes: fetched from npm, fetched from {@link LIBTENSORFLOW_HOST}, and taken on the disk with both. */
export const NATIVE_MEGABYTES = { npm: 75, libtensorflow: 110, disk: 700 } as const;
