/** always-training: `training=True` written out in a module's method, as salesforce's variational mask has it. */
import { isMethodFragment, methodAround, modeAt } from '../python/methods.ts';
import { textOf } from '../python/pythonFile.ts';
import { origins } from '../python/weights.ts';
import { isMonteCarlo } from './functionalDropoutTraining.ts';
import { problemAt, replace, type Rule } from './rule.ts';

export const alwaysTraining: Rule = {
  code: 'always-training',
  severity: 'warning',
  summary: "literal training=True in a module's method",
  *check(file) {
    for (const { call, input, training, literal } of file.dropoutCalls) {
      if (!training || literal !== true) continue;
      const method = methodAround(file, call.node);
      const inModule = method ? method.isModule : isMethodFragment(file, call.node);
      if (!inModule || isMonteCarlo(method?.name, method?.className) || modeAt(file, call.node) === 'training')
        continue;
      const isMask = input ? origins(file, input).some((node) => /mask|ones/.test(textOf(file, node))) : false;
      yield problemAt(
        training,
        `training=True ${isMask ? 'draws this mask' : 'drops'} in eval mode too: two predictions differ; write training=self.training`,
        replace(training, 'self.training', 'Use self.training'),
      );
    }
  },
};
