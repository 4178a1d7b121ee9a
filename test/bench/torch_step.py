"""PyTorch's side of `dropscope bench --against-torch`: one AWD-LSTM training step, with the model's names and semantics
(docs/semantics.md). Reads one JSON question a line and answers each with one line; times only its own steps."""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

DROP = {"embed": 0.02, "input": 0.25, "weight": 0.2, "hidden": 0.15, "output": 0.1}


class Model(nn.Module):
    def __init__(self, vocab_sz, emb_sz, n_hid, n_layers, bs):
        super().__init__()
        self.embedding = nn.Embedding(vocab_sz, emb_sz, padding_idx=1)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        sizes = [(emb_sz if k == 0 else n_hid, n_hid if k < n_layers - 1 else emb_sz) for k in range(n_layers)]
        self.lstms = nn.ModuleList(nn.LSTM(inputs, hidden, batch_first=True) for inputs, hidden in sizes)
        self.raw = nn.ParameterList()
        for lstm in self.lstms:
            self.raw.append(nn.Parameter(lstm.weight_hh_l0.data.clone()))
            del lstm._parameters["weight_hh_l0"]
            lstm.flatten_parameters = lambda: None
        self.bias = nn.Parameter(torch.zeros(vocab_sz))
        self.state = [(torch.zeros(1, bs, hidden), torch.zeros(1, bs, hidden)) for _, hidden in sizes]
        self.given = None

    def named(self):
        names = {"0.encoder.weight": self.embedding.weight, "1.decoder.bias": self.bias}
        for k, lstm in enumerate(self.lstms):
            names[f"0.rnns.{k}.weight_hh_l0_raw"] = self.raw[k]
            for own in ("weight_ih_l0", "bias_ih_l0", "bias_hh_l0"):
                names[f"0.rnns.{k}.module.{own}"] = getattr(lstm, own)
        return names

    def mask(self, name, shape, p):
        if self.given is not None:
            return self.given.get("mask/" + name, torch.ones(shape))
        return torch.empty(shape).bernoulli_(1 - p).div_(1 - p)

    def forward(self, ids):
        rows, weight = ids.shape[0], self.embedding.weight
        table = weight * self.mask("0.encoder_dp", (weight.shape[0], 1), DROP["embed"])
        x = F.embedding(ids, table, padding_idx=1)
        x = x * self.mask("0.input_dp", (rows, 1, x.shape[2]), DROP["input"])
        for k, lstm in enumerate(self.lstms):
            dropped = f"0.rnns.{k}.weight_hh_l0"
            if self.given is None:
                lstm.weight_hh_l0 = F.dropout(self.raw[k], DROP["weight"])
            else:
                lstm.weight_hh_l0 = self.raw[k] * self.mask(dropped, self.raw[k].shape, DROP["weight"])
            x, state = lstm(x, self.state[k])
            self.state[k] = tuple(part.detach() for part in state)
            if k < len(self.lstms) - 1:
                x = x * self.mask(f"0.hidden_dps.{k}", (rows, 1, x.shape[2]), DROP["hidden"])
        out = x * self.mask("1.output_dp", (rows, 1, x.shape[2]), DROP["output"])
        return F.linear(out, weight, self.bias), x, out


class Side:
    def setup(self, question):
        if "threads" in question:
            torch.set_num_threads(question["threads"])
        torch.manual_seed(0)
        self.settings = question
        sizes = {key: question[key] for key in ("vocab_sz", "emb_sz", "n_hid", "n_layers", "bs")}
        self.model = Model(**sizes)
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=question["lr"], betas=(0.9, 0.99), eps=1e-5)
        shape = (question["bs"], question["bptt"])
        self.ids = torch.randint(0, question["vocab_sz"], shape)
        self.targets = torch.randint(0, question["vocab_sz"], shape)
        return {"version": torch.__version__, "threads": torch.get_num_threads()}

    def loss(self, ids, targets):
        logits, raw, out = self.model(ids)
        cross_entropy = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        ar = self.settings["alpha"] * out.pow(2).mean()
        tar = self.settings["beta"] * (raw[:, 1:] - raw[:, :-1]).pow(2).mean()
        return cross_entropy + ar + tar

    def gradients(self, question):
        """Loss gradients for given weights, masks and tokens, from a zero state; the model is as before afterwards."""
        data = torch.frombuffer(bytearray(open(question["from"], "rb").read()), dtype=torch.float32)
        given, at = {}, 0
        for tensor in question["tensors"]:
            count = 1
            for size in tensor["shape"]:
                count *= size
            given[tensor["name"]] = data[at : at + count].reshape(tensor["shape"])
            at += count
        named = self.model.named()
        for name, parameter in named.items():
            parameter.data.copy_(given[name])
        self.model.given = given
        shape = (self.settings["bs"], self.settings["bptt"])
        ids, targets = (torch.tensor(question[key]).reshape(shape) for key in ("input", "target"))
        self.loss(ids, targets).backward()
        with open(question["to"], "wb") as out:
            for parameter in named.values():
                out.write(parameter.grad.numpy().tobytes())
        self.optimiser.zero_grad()
        self.model.given = None
        self.step({"steps": 3})
        return {"names": list(named)}

    def step(self, question):
        times = []
        for _ in range(question["steps"]):
            began = time.perf_counter()
            loss = self.loss(self.ids, self.targets)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), self.settings["clip"])
            self.optimiser.step()
            self.optimiser.zero_grad()
            loss.item()
            times.append((time.perf_counter() - began) * 1000)
        return {"ms": times}


side = Side()
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(getattr(side, question["command"])(question)), flush=True)
