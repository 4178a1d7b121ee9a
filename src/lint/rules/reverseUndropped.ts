/** reverse-undropped: in a bidirectional LSTM the backward direction's recurrent weight is dropped only when it is listed. */
import { evaluate } from '../python/value.ts';
import { problemAt, type Rule } from './rule.ts';
import { weightDropCalls } from './weightDropCalls.ts';

export const reverseUndropped: Rule = {
  code: 'reverse-undropped',
  severity: 'info',
  summary: 'weight_hh_l0_reverse is not dropped in a bidirectional model',
  *check(file) {
    for (const { call, module, names, namesNode } of weightDropCalls(file)) {
      const forward = names.filter((name) => /^weight_hh_l\d+$/.test(name));
      const left = forward.map((name) => `${name}_reverse`).filter((name) => !names.includes(name));
      if (!module.bidirectional || left.length === 0) continue;
      yield problemAt(
        namesNode ?? call.node,
        `${left.join(', ')} stays undropped: list it to drop the backward direction too`,
      );
    }
    for (const { entries, call } of file.settings) {
      const bidir = entries.get('bidir');
      const value = bidir ? evaluate(file, bidir.value) : null;
      if (!bidir || value?.kind !== 'boolean' || !value.boolean || call?.local) continue;
      yield problemAt(
        bidir.value,
        "fastai's AWD_LSTM drops weight_hh_l0 only: with bidir, weight_hh_l0_reverse stays undropped",
      );
    }
  },
};
