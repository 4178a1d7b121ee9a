/** The nine special tokens that every vocabulary begins with: fastai's names, in fastai's order, so that ids agree. */

export const specialTokens = ['xxunk', 'xxpad', 'xxbos', 'xxeos', 'xxfld', 'xxrep', 'xxwrep', 'xxup', 'xxmaj'] as const;

export const unknownId = specialTokens.indexOf('xxunk');
