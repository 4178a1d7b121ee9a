/** The table of rules, errors first. A rule is one file beside this one and one page in docs/rules. */
import { alwaysTraining } from './alwaysTraining.ts';
import { derivedWeightOptimised } from './derivedWeightOptimised.ts';
import { dropMultPastOne } from './dropMultPastOne.ts';
import { dropoutAsCopy } from './dropoutAsCopy.ts';
import { functionalDropoutTraining } from './functionalDropoutTraining.ts';
import { ignoredRegularizers } from './ignoredRegularizers.ts';
import { lockedLayout } from './lockedLayout.ts';
import { missingReset } from './missingReset.ts';
import { oddSizeBidir } from './oddSizeBidir.ts';
import { parameterDataWrite } from './parameterDataWrite.ts';
import { pList } from './pList.ts';
import { pOne } from './pOne.ts';
import { pOutOfRange } from './pOutOfRange.ts';
import { rawWeightCut } from './rawWeightCut.ts';
import { reverseUndropped } from './reverseUndropped.ts';
import type { Rule } from './rule.ts';
import { sharedInPlaceScale } from './sharedInPlaceScale.ts';
import { singleLayerLstmDropout } from './singleLayerLstmDropout.ts';
import { swappedValues } from './swappedValues.ts';
import { unknownConfigKey } from './unknownConfigKey.ts';
import { unknownWeightName } from './unknownWeightName.ts';

/** A config file that cannot be read or holds a value that training refuses: what no other rule is about. */
const invalidConfig: Rule = {
  code: 'invalid-config',
  severity: 'error',
  summary: 'a dropscope.json that training would refuse',
};

export const rules: readonly Rule[] = [
  rawWeightCut,
  parameterDataWrite,
  pOutOfRange,
  pList,
  dropMultPastOne,
  unknownWeightName,
  oddSizeBidir,
  invalidConfig,
  functionalDropoutTraining,
  alwaysTraining,
  sharedInPlaceScale,
  singleLayerLstmDropout,
  unknownConfigKey,
  lockedLayout,
  derivedWeightOptimised,
  dropoutAsCopy,
  swappedValues,
  reverseUndropped,
  ignoredRegularizers,
  pOne,
  missingReset,
];
