/**
 * The dropout values that published configs use, to notice two of them in each other's place, and the keys that a
 * fastai config can have. Source: fastai's awd_lstm_lm_config and awd_lstm_clas_config, AWD_LSTM's own defaults,
 * salesforce's main.py.
 */

export interface Reference {
  readonly title: string;
  readonly values: Readonly<Record<string, number>>;
}

export const languageModel: Reference = {
  title: 'awd_lstm_lm_config',
  values: { output_p: 0.1, hidden_p: 0.15, input_p: 0.25, embed_p: 0.02, weight_p: 0.2 },
};

export const classifier: Reference = {
  title: 'awd_lstm_clas_config',
  values: { output_p: 0.4, hidden_p: 0.3, input_p: 0.4, embed_p: 0.05, weight_p: 0.5 },
};

export const constructor: Reference = {
  title: 'the defaults of AWD_LSTM',
  values: { hidden_p: 0.2, input_p: 0.6, embed_p: 0.1, weight_p: 0.5 },
};

export const salesforceMain: Reference = {
  title: "salesforce's main.py",
  values: { dropout: 0.4, dropouth: 0.3, dropouti: 0.65, dropoute: 0.1, wdrop: 0.5 },
};

/** Keys that some version of fastai reads from a config of AWD_LSTM. */
export const configKeys: readonly string[] = [
  ...Object.keys(languageModel.values),
  ...['emb_sz', 'n_hid', 'n_layers', 'pad_token', 'bidir', 'tie_weights', 'out_bias', 'qrnn', 'packed', 'init'],
];
