"""The model of dropscope.json, written with fastai. Dropscope reads this file; it never runs it."""

from fastai.text.all import AWD_LSTM, LinearDecoder, SequentialRNN

VOCABULARY_SIZE = 4000

encoder = AWD_LSTM(
    VOCABULARY_SIZE,
    emb_sz=64,
    n_hid=128,
    n_layers=2,
    pad_token=1,
    embed_p=0.02,  # whole words, dropped from the embedding table
    input_p=0.25,  # embedding features, the same ones at every time step
    weight_p=0.2,  # single recurrent weights: weight_hh_l0_raw x mask = weight_hh_l0
    hidden_p=0.15,  # features between the layers
)
decoder = LinearDecoder(
    VOCABULARY_SIZE,
    64,
    output_p=0.1,
    tie_encoder=encoder.encoder,
    bias=True,
)
model = SequentialRNN(encoder, decoder)


def recurrent_weights(layer):
    """What is learned beside what is used: equal in eval mode, apart by one mask in training."""
    raw = model[0].rnns[layer].weight_hh_l0_raw
    derived = model[0].rnns[layer].module.weight_hh_l0
    return raw, derived
