/** The cheap test that decides whether a text is parsed at all: does it mention anything the rules know? */

const names = [
  'dropout',
  'Dropout',
  'AWD_LSTM',
  'WeightDrop',
  'awd_lstm_',
  'get_language_model',
  'get_text_classifier',
  'language_model_learner',
  'text_classifier_learner',
  'LinearDecoder',
  'RNNModel',
  'drop_mult',
  'TextLearner',
  'LMLearner',
  'bernoulli',
  'weight_hh',
  '.weight',
];

/** False means: nothing in this text can be of interest. */
export function mentionsDropout(text: string): boolean {
  return names.some((name) => text.includes(name));
}
