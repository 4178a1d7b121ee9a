#!/usr/bin/env python3
"""A language model as ordinary torch modules, named as fastai v2 names them: does a checkpoint load, and does it compute?

  torch_model.py load WEIGHTS CONFIG TOKENS OUT    load_state_dict from safetensors, one pass in eval; writes the whole state_dict
                                                   and activation/1.decoder; prints {"keys", "missing", "unexpected"}
"""
import json
import sys
from pathlib import Path

import torch
from torch import nn

from torch_reference import layer_sizes, read_tensors, write_tensors


class WeightDropped(nn.Module):
    """Holds the recurrent weight as a parameter of its own, under NAME_raw."""

    def __init__(self, lstm):
        super().__init__()
        self.weight_hh_l0_raw = nn.Parameter(lstm.weight_hh_l0.data)
        del lstm._parameters["weight_hh_l0"]
        self.module = lstm

    def forward(self, x):
        whole = nn.LSTM(self.module.input_size, self.module.hidden_size, batch_first=True, bidirectional=self.module.bidirectional)
        whole.load_state_dict({"weight_hh_l0": self.weight_hh_l0_raw, **self.module.state_dict()})
        return whole(x)[0]


class EmbeddingDropped(nn.Module):
    def __init__(self, emb):
        super().__init__()
        self.emb = emb


class Encoder(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.encoder = nn.Embedding(cfg["vocab_sz"], cfg["emb_sz"])
        self.encoder_dp = EmbeddingDropped(self.encoder)
        self.rnns = nn.ModuleList(WeightDropped(nn.LSTM(i, o, batch_first=True, bidirectional=cfg["bidir"])) for i, o in layer_sizes(cfg))

    def forward(self, ids):
        x = self.encoder(ids)
        for rnn in self.rnns:
            x = rnn(x)
        return x


class Decoder(nn.Module):
    def __init__(self, cfg, embedding):
        super().__init__()
        self.decoder = nn.Linear(cfg["emb_sz"], cfg["vocab_sz"], bias=cfg["out_bias"])
        if cfg["tie_weights"]:
            self.decoder.weight = embedding.weight

    def forward(self, x):
        return self.decoder(x)


def load(weights, config, tokens, out):
    cfg = json.loads(Path(config).read_text())
    encoder = Encoder(cfg)
    model = nn.Sequential(encoder, Decoder(cfg, encoder.encoder)).eval()
    state = {name: torch.tensor(value) for name, value in read_tensors(weights).items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    with torch.no_grad():
        logits = model(torch.tensor(json.loads(Path(tokens).read_text())["input"]))
    write_tensors(out, {**{name: value.numpy() for name, value in model.state_dict().items()}, "activation/1.decoder": logits.numpy()})
    print(json.dumps({"keys": list(model.state_dict()), "missing": missing, "unexpected": unexpected}))


if __name__ == "__main__":
    verb, *rest = sys.argv[1:] or ["help"]
    {"load": load}.get(verb, lambda *_: print(__doc__))(*rest)
