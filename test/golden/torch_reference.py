#!/usr/bin/env python3
"""An AWD-LSTM language model in plain PyTorch (float64), as the yardstick for the engine's numbers.

  torch_reference.py cases OUT_DIR            one-step cases: config, weights, masks, tokens and every tensor of the step
  torch_reference.py series RUN_DIR OUT       the loss of every step of a training run, repeated from that run's config,
                                              vocabulary, corpus and initial weights; masks are drawn anew from the seed
  torch_reference.py compare CASE_DIR TRACE   prints the worst tensor of a trace made by `dropscope trace`

Needs torch and numpy. Tests never run it: its results are committed under test/fixtures/.
Names, shapes and the meaning of every key: docs/contracts.md. Formulas: docs/semantics.md.
"""
import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


# ---- safetensors ------------------------------------------------------------------------------------------------

def write_tensors(path, tensors):
    head, body, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = np.ascontiguousarray(np.asarray(tensor, dtype="<f4")).tobytes()
        head[name] = {"dtype": "F32", "shape": list(np.shape(tensor)), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        body.append(data)
    text = json.dumps(head, separators=(",", ":")).encode()
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(body))


def read_tensors(path):
    raw = Path(path).read_bytes()
    start = 8 + struct.unpack_from("<Q", raw)[0]
    head = json.loads(raw[8:start])
    head.pop("__metadata__", None)
    out = {}
    for name, entry in head.items():
        a, b = entry["data_offsets"]
        out[name] = np.frombuffer(raw[start + a:start + b], "<f4").reshape(entry["shape"])
    return out


# ---- masks: Philox4x32-10 (Salmon et al. 2011) ----------------------------------------------------------------------

def philox(key, blocks, call):
    """Words of the counters [block, 0, call, 0], shape (blocks, 4)."""
    m0, m1, w0, w1 = (np.uint64(v) for v in (0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85))
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    x0 = np.arange(blocks, dtype=np.uint64)
    x1, x2, x3 = np.zeros_like(x0), np.full_like(x0, call), np.zeros_like(x0)
    k0, k1 = np.uint64(key[0] & 0xFFFFFFFF), np.uint64(key[1])
    for _ in range(10):
        p0, p1 = x0 * m0, x2 * m1
        x0, x1, x2, x3 = (p1 >> shift) ^ x1 ^ k0, p1 & low, (p0 >> shift) ^ x3 ^ k1, p0 & low
        k0, k1 = (k0 + w0) & low, (k1 + w1) & low
    return np.stack([x0, x1, x2, x3], 1).astype(np.uint32)


def site_id(name):
    """FNV-1a, 32 bits, of the mask's name."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def draw_mask(name, shape, p, seed, call):
    cells = math.prod(shape)
    u16 = philox((seed, site_id(name)), -(-cells // 8), call).reshape(-1).view("<u2")[:cells]
    kept = u16.reshape(shape) >= math.floor(p * 65536 + 0.5)
    return np.zeros(shape) if p >= 1 else np.where(kept, 1 / (1 - p), 0.0)


# ---- the model -------------------------------------------------------------------------------------------------------

def layer_sizes(cfg):
    ways = 2 if cfg["bidir"] else 1
    last = cfg["n_layers"] - 1
    return [(cfg["n_hid"] if k else cfg["emb_sz"], (cfg["emb_sz"] if k == last else cfg["n_hid"]) // ways) for k in range(last + 1)]


def mask_shapes(cfg, rows):
    """Mask name -> (shape, p)."""
    mult = cfg.get("drop_mult", 1)
    p = lambda key: cfg[key] * mult
    grain = cfg["weight_drop"]["granularity"]
    shapes = {"0.encoder_dp": ((cfg["vocab_sz"], 1), p("embed_p")), "0.input_dp": ((rows, 1, cfg["emb_sz"]), p("input_p"))}
    for k, (_, n) in enumerate(layer_sizes(cfg)):
        shapes[f"0.rnns.{k}.weight_hh_l0"] = ({"element": (4 * n, n), "row": (4 * n, 1), "column": (1, n)}[grain], p("weight_p"))
        if k < cfg["n_layers"] - 1:
            shapes[f"0.hidden_dps.{k}"] = ((rows, 1, cfg["n_hid"]), p("hidden_p"))
    shapes["1.output_dp"] = ((rows, 1, cfg["emb_sz"]), p("output_p"))
    return shapes


def parameter_shapes(cfg):
    """Parameter name -> (shape, bound of its uniform initialisation)."""
    shapes = {"0.encoder.weight": ((cfg["vocab_sz"], cfg["emb_sz"]), 0.1)}
    for k, (n_in, n) in enumerate(layer_sizes(cfg)):
        bound = n ** -0.5
        for end in ["", "_reverse"][: 2 if cfg["bidir"] else 1]:
            hidden = f"0.rnns.{k}.weight_hh_l0_raw" if not end else f"0.rnns.{k}.module.weight_hh_l0{end}"
            shapes[hidden] = ((4 * n, n), bound)
            shapes[f"0.rnns.{k}.module.weight_ih_l0{end}"] = ((4 * n, n_in), bound)
            shapes[f"0.rnns.{k}.module.bias_ih_l0{end}"] = ((4 * n,), bound)
            shapes[f"0.rnns.{k}.module.bias_hh_l0{end}"] = ((4 * n,), bound)
    if not cfg["tie_weights"]:
        shapes["1.decoder.weight"] = ((cfg["vocab_sz"], cfg["emb_sz"]), 0.1)
    if cfg["out_bias"]:
        shapes["1.decoder.bias"] = ((cfg["vocab_sz"],), 0.1)
    return shapes


def run_direction(x, w_ih, w_hh, bias, state, reverse):
    """One direction of one layer: the outputs by time step, then the state after the last processed step."""
    h, c = state
    outputs = [None] * x.shape[1]
    for t in reversed(range(x.shape[1])) if reverse else range(x.shape[1]):
        i, f, g, o = (x[:, t] @ w_ih.T + h @ w_hh.T + bias).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        if h.requires_grad:
            h.retain_grad()
        outputs[t] = h
    return outputs, (h, c)


def forward(cfg, params, masks, x, state):
    """Everything of a forward pass by its contract name, the per-step outputs of every layer, and the new state."""
    seen, per_layer, new_state = {}, [], []
    drop = lambda value, name: value if masks is None else value * masks[name]
    table = drop(params["0.encoder.weight"], "0.encoder_dp")
    y = seen["activation/0.encoder_dp"] = F.embedding(x, table, padding_idx=cfg["pad_token"])
    y = seen["activation/0.input_dp"] = drop(y, "0.input_dp")
    for k in range(cfg["n_layers"]):
        at, ways = f"0.rnns.{k}", []
        derived = drop(params[f"{at}.weight_hh_l0_raw"], f"{at}.weight_hh_l0")
        seen[f"derived/{at}.module.weight_hh_l0"] = derived
        for d, end in enumerate(["", "_reverse"][: 2 if cfg["bidir"] else 1]):
            part = lambda what: params[f"{at}.module.{what}_l0{end}"]
            ways.append(run_direction(y, part("weight_ih"), part("weight_hh") if end else derived,
                                      part("bias_ih") + part("bias_hh"), (state[k][0][d], state[k][1][d]), bool(end)))
        per_layer.append([outputs for outputs, _ in ways])
        y = seen[f"activation/{at}"] = torch.cat([torch.stack(outputs, 1) for outputs, _ in ways], 2)
        h, c = (torch.stack([end[which] for _, end in ways]) for which in (0, 1))
        seen[f"hidden/{k}.h"], seen[f"hidden/{k}.c"] = h, c
        new_state.append((h.detach(), c.detach()))
        raw = y
        if k < cfg["n_layers"] - 1:
            y = seen[f"activation/0.hidden_dps.{k}"] = drop(y, f"0.hidden_dps.{k}")
    y = seen["activation/1.output_dp"] = drop(raw, "1.output_dp")
    logits = y @ params["1.decoder.weight" if "1.decoder.weight" in params else "0.encoder.weight"].T
    if cfg["out_bias"]:
        logits = logits + params["1.decoder.bias"]
    seen["activation/1.decoder"] = logits
    return seen, per_layer, new_state


def losses(cfg, seen, target, training):
    """ce, ar, tar: the regularisers in training only (Merity et al. 2017, 1708.01009; mean of squares)."""
    logits, dropped, raw = seen["activation/1.decoder"], seen["activation/1.output_dp"], seen[f"activation/0.rnns.{cfg['n_layers'] - 1}"]
    ce = F.cross_entropy(logits.flatten(0, 1), target.flatten())
    zero = torch.zeros(())
    ar = cfg["alpha"] * dropped.square().mean() if training else zero
    tar = cfg["beta"] * (raw[:, 1:] - raw[:, :-1]).square().mean() if training and raw.shape[1] > 1 else zero
    return ce, ar, tar


def zero_state(cfg, rows):
    ways = 2 if cfg["bidir"] else 1
    return [(torch.zeros(ways, rows, n), torch.zeros(ways, rows, n)) for _, n in layer_sizes(cfg)]


def trace(cfg, weights, masks, tokens, training):
    params = {name: torch.tensor(value, dtype=torch.float64).requires_grad_() for name, value in weights.items()}
    fixed = {name: torch.tensor(value, dtype=torch.float64) for name, value in masks.items()} if training else None
    x, target = torch.tensor(tokens["input"]), torch.tensor(tokens["target"])
    seen, per_layer, _ = forward(cfg, params, fixed, x, zero_state(cfg, len(x)))
    ce, ar, tar = losses(cfg, seen, target, training)
    loss = ce + ar + tar
    loss.backward()
    out = {"loss": loss, "loss/ce": ce, "loss/ar": ar, "loss/tar": tar, **seen}
    out = {name: value.detach().numpy() for name, value in out.items()}
    for k, ways in enumerate(per_layer):
        out[f"grad_t/{k}"] = np.array([math.sqrt(sum(float(outputs[t].grad.square().sum()) for outputs in ways)) for t in range(x.shape[1])])
    for name, value in params.items():
        out[f"grad/{name}"] = (torch.zeros_like(value) if value.grad is None else value.grad).numpy()
    if training:
        out |= {f"mask/{name}": value for name, value in masks.items()}
    return out


# ---- one-step cases ----------------------------------------------------------------------------------------------------

BASE = dict(task="lm", vocab_sz=23, emb_sz=8, n_hid=6, n_layers=2, pad_token=1, bidir=False, tie_weights=True, out_bias=True,
            input_p=0.25, hidden_p=0.15, output_p=0.1, embed_p=0.1, weight_p=0.2, weight_drop={"granularity": "element"},
            alpha=2, beta=1, bs=3, bptt=5)
GRAIN = lambda g: {"weight_drop": {"granularity": g}}
CASES = {
    "tied": {}, "untied": dict(tie_weights=False), "no-bias": dict(out_bias=False), "untied-no-bias": dict(tie_weights=False, out_bias=False),
    "one-layer": dict(n_layers=1), "three-layers": dict(n_layers=3), "four-layers": dict(n_layers=4), "bidirectional": dict(bidir=True),
    "rows": GRAIN("row"), "columns": GRAIN("column"), "p-0": dict(input_p=0, hidden_p=0, output_p=0, embed_p=0, weight_p=0),
    "p-0.9": dict(input_p=.9, hidden_p=.9, output_p=.9, embed_p=.9, weight_p=.9), "no-regularisers": dict(alpha=0, beta=0),
    "one-token": dict(bptt=1), "one-row": dict(bs=1), "eval": dict(train=False), "eval-bidirectional": dict(train=False, bidir=True),
}


def make_cases(folder):
    for seed, (name, changes) in enumerate(CASES.items(), 1):
        cfg = {**BASE, **changes}
        training = cfg.pop("train", True)
        rng = np.random.default_rng(seed)
        weights = {key: rng.uniform(-bound, bound, shape).astype("<f4") for key, (shape, bound) in parameter_shapes(cfg).items()}
        masks = {key: draw_mask(key, shape, p, seed, 1).astype("<f4") for key, (shape, p) in mask_shapes(cfg, cfg["bs"]).items()}
        ids = rng.integers(0, cfg["vocab_sz"], (cfg["bs"], cfg["bptt"] + 1))
        tokens = {"input": ids[:, :-1].tolist(), "target": ids[:, 1:].tolist()}
        out = Path(folder, name)
        out.mkdir(parents=True, exist_ok=True)
        cfg["seed"] = seed
        (out / "config.json").write_text(json.dumps(cfg, indent=2) + "\n")
        (out / "case.json").write_text(json.dumps({"train": training}) + "\n")
        (out / "tokens.json").write_text(json.dumps(tokens) + "\n")
        write_tensors(out / "weights.safetensors", weights)
        write_tensors(out / "masks.safetensors", masks)
        step = trace(cfg, weights, masks, tokens, training)
        write_tensors(out / "trace.safetensors", step)
        print(f"{name}: {len(step)} tensors, loss {float(step['loss']):.6f}")


def compare(case, path, bound=1e-4):
    want, have = read_tensors(Path(case, "trace.safetensors")), read_tensors(path)
    worst = ("", 0.0)
    for name, value in want.items():
        if name not in have or have[name].shape != value.shape:
            sys.exit(f"{name}: {'missing' if name not in have else have[name].shape}, expected shape {value.shape}")
        error = float(np.linalg.norm(have[name].astype("f8") - value) / max(np.linalg.norm(value), 1e-8))
        worst = max(worst, (name, error), key=lambda pair: pair[1] if pair[1] == pair[1] else math.inf)
    print(f"{len(want)} tensors, worst {worst[0]} {worst[1]:.2e}")
    sys.exit(0 if worst[1] <= bound else 1)


# ---- training, step by step ------------------------------------------------------------------------------------------------

def documents_of(run):
    vocab = {word: k for k, word in enumerate(json.loads(Path(run, "vocab.json").read_text()))}
    for name in sorted(Path(run, "corpus").iterdir()):
        yield [vocab["xxbos"]] + [vocab.get(ch, 0) for ch in name.read_text()]


def streams(tokens, rows, length):
    """fastai's contiguous streams: row r of batch k+1 goes on where row r of batch k ended (docs/semantics.md, H6)."""
    span = (len(tokens) - 1) // rows
    ids = np.array(tokens[: span * rows + 1])
    x, y = ids[:-1].reshape(rows, span), ids[1:].reshape(rows, span)
    return [(torch.tensor(x[:, a:a + length]), torch.tensor(y[:, a:a + length])) for a in range(0, span, length)]


def one_cycle(cfg, position, key):
    cos = lambda a, b, t: a + (1 + math.cos(math.pi * (1 - t))) * (b - a) / 2
    start = cfg["pct_start"]
    low, high, end = (cfg["lr"] / cfg["div"], cfg["lr"], cfg["lr"] / 1e5) if key == "lr" else cfg["moms"]
    return cos(low, high, position / start) if position < start else cos(high, end, (position - start) / (1 - start))


def slanted(cfg, step, total):
    """ULMFiT's slanted triangle (1801.06146, equation 3): cut 10 %, ratio 32."""
    cut = math.floor(total * 0.1)
    p = step / cut if step < cut else 1 - (step - cut) / (cut * (1 / 0.1 - 1))
    return cfg["lr"] * (1 + p * 31) / 32


class Adam:
    def __init__(self, params):
        self.m = {k: torch.zeros_like(p) for k, p in params.items()}
        self.v = {k: torch.zeros_like(p) for k, p in params.items()}
        self.t = 0

    def step(self, params, grads, lr, mom, cfg):
        self.t += 1
        b2 = cfg["sqr_mom"]
        for k, p in params.items():
            p *= 1 - lr * cfg["wd"]
            self.m[k] = mom * self.m[k] + (1 - mom) * grads[k]
            self.v[k] = b2 * self.v[k] + (1 - b2) * grads[k] ** 2
            p -= lr * (self.m[k] / (1 - mom ** self.t)) / ((self.v[k] / (1 - b2 ** self.t)).sqrt() + cfg["eps"])


class Sgd:
    """Plain SGD with L2; after `trigger` also the running average of torch's ASGD (t0 = 0, lambd = 0)."""

    def __init__(self, params):
        self.average = None
        self.k = 0

    def trigger(self):
        self.average, self.k = {}, 0

    def step(self, params, grads, lr, mom, cfg):
        for k, p in params.items():
            p -= lr * (grads[k] + cfg["wd"] * p)
        if self.average is None:
            return
        self.k += 1
        mu = 1 / max(1, self.k - 1)
        for k, p in params.items():
            self.average[k] = p.clone() if mu == 1 else self.average[k] + mu * (p - self.average[k])


def validation(cfg, params, batches):
    with torch.no_grad():
        state, total, count = None, 0.0, 0
        for x, y in batches:
            state = state or zero_state(cfg, len(x))
            seen, _, state = forward(cfg, params, None, x, state)
            total += float(losses(cfg, seen, y, False)[0]) * y.numel()
            count += y.numel()
    return total / count


def series(run, out):
    cfg = json.loads(Path(run, "run.json").read_text())["config"]
    cfg["vocab_sz"] = len(json.loads(Path(run, "vocab.json").read_text()))
    docs = list(documents_of(run))
    cut = [len(d) - math.floor(len(d) * cfg["valid_fraction"]) for d in docs]
    train = streams([t for d, n in zip(docs, cut) for t in d[:n]], cfg["bs"], cfg["bptt"])
    valid = streams([t for d, n in zip(docs, cut) for t in d[n:]], cfg["bs"], cfg["bptt"])
    init = read_tensors(Path(run, "init.safetensors"))
    params = {name: torch.tensor(value, dtype=torch.float64) for name, value in init.items()}
    optimiser = Adam(params) if cfg["optimizer"] == "adam" else Sgd(params)
    lines, history, step, total = [], [], 0, cfg["steps"]
    while step < total:
        state = zero_state(cfg, cfg["bs"])
        for x, y in train:
            if step == total:
                break
            step += 1
            masks = {k: torch.tensor(draw_mask(k, shape, p, cfg["seed"], step)) for k, (shape, p) in mask_shapes(cfg, len(x)).items()}
            leaves = {k: p.clone().requires_grad_() for k, p in params.items()}
            seen, _, state = forward(cfg, leaves, masks, x, state)
            ce, ar, tar = losses(cfg, seen, y, True)
            (ce + ar + tar).backward()
            norm = math.sqrt(sum(float(p.grad.square().sum()) for p in leaves.values()))
            scale = min(1.0, cfg["clip"] / (norm + 1e-6)) if cfg["clip"] else 1.0
            position = (step - 1) / total
            lr = {"constant": lambda: cfg["lr"], "one-cycle": lambda: one_cycle(cfg, position, "lr"),
                  "stlr": lambda: slanted(cfg, step - 1, total)}[cfg["schedule"]]()
            mom = one_cycle(cfg, position, "mom") if cfg["schedule"] == "one-cycle" else cfg["moms"][0]
            optimiser.step(params, {k: p.grad * scale for k, p in leaves.items()}, lr, mom, cfg)
            lines.append({"step": step, "loss": float(ce + ar + tar), "ce": float(ce), "grad_norm": norm, "lr": lr})
        average = getattr(optimiser, "average", None)
        score = validation(cfg, average or params, valid)
        lines.append({"step": step, "split": "valid", "ce": score})
        # Merity et al. 2017 (1708.02182), algorithm 1; n = nonmono.
        if cfg["optimizer"] == "nt-asgd" and average is None and len(history) > cfg["nonmono"] and score > min(history[: -cfg["nonmono"]]):
            optimiser.trigger()
            lines.append({"step": step, "trigger": True})
        history.append(score)
    Path(out).write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(f"{step} steps, last loss {[l for l in lines if 'loss' in l][-1]['loss']:.6f}")


if __name__ == "__main__":
    verb, *rest = sys.argv[1:] or ["help"]
    {"cases": make_cases, "series": series, "compare": compare}.get(verb, lambda *_: print(__doc__))(*rest)
