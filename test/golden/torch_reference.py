#!/usr/bin/env python3
"""An AWD-LSTM language model in plain PyTorch (float64), as the yardstick for the engine's numbers.

  torch_reference.py cases OUT_DIR            one-step cases: config, weights, masks, tokens and every tensor of the step
  torch_reference.py fresh OUT_DIR N SEED     the same for N random models
  torch_reference.py series FOLDER            training runs step by step: for every NAME.dropscope.json in FOLDER, on the
                                              texts in FOLDER/corpus, NAME.series.json with the losses of every step;
                                              init.safetensors and vocab.json are written too. Masks are drawn anew
                                              from the seed, as are the lengths of variable_bptt
  torch_reference.py compare CASE_DIR TRACE   prints the worst tensor of a trace made by `dropscope trace`

Needs torch and numpy. Its results are committed under test/fixtures/, and tests read those; where they find a Python with
torch, one of them asks for fresh cases as well.
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


def dropped_weights(cfg):
    return cfg["weight_drop"].get("names", ["weight_hh_l0"])


def mask_shapes(cfg, rows):
    """Mask name -> (shape, p)."""
    mult = cfg.get("drop_mult", 1)
    p = lambda key: cfg[key] * mult
    grain = cfg["weight_drop"]["granularity"]
    shapes = {"0.encoder_dp": ((cfg["vocab_sz"], 1), p("embed_p")), "0.input_dp": ((rows, 1, cfg["emb_sz"]), p("input_p"))}
    for k, (_, n) in enumerate(layer_sizes(cfg)):
        for name in dropped_weights(cfg):
            shapes[f"0.rnns.{k}.{name}"] = ({"element": (4 * n, n), "row": (4 * n, 1), "column": (1, n)}[grain], p("weight_p"))
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
            name = f"weight_hh_l0{end}"
            hidden = f"0.rnns.{k}.{name}_raw" if name in dropped_weights(cfg) else f"0.rnns.{k}.module.{name}"
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
        for d, end in enumerate(["", "_reverse"][: 2 if cfg["bidir"] else 1]):
            part = lambda what: params[f"{at}.module.{what}_l0{end}"]
            name = f"weight_hh_l0{end}"
            if name in dropped_weights(cfg):
                recurrent = seen[f"derived/{at}.module.{name}"] = drop(params[f"{at}.{name}_raw"], f"{at}.{name}")
            else:
                recurrent = part("weight_hh")
            ways.append(run_direction(y, part("weight_ih"), recurrent,
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
    "dropped-out": dict(input_p=1, hidden_p=1), "all-dropped": dict(embed_p=1, weight_p=1, output_p=1),
    "both-directions-dropped": dict(bidir=True, weight_drop={"names": ["weight_hh_l0", "weight_hh_l0_reverse"], "granularity": "row"}),
}


def make_case(out, changes, seed):
    cfg = {**BASE, **changes}
    training = cfg.pop("train", True)
    rng = np.random.default_rng(seed)
    weights = {key: rng.uniform(-bound, bound, shape).astype("<f4") for key, (shape, bound) in parameter_shapes(cfg).items()}
    masks = {key: draw_mask(key, shape, p, seed, 1).astype("<f4") for key, (shape, p) in mask_shapes(cfg, cfg["bs"]).items()}
    ids = rng.integers(0, cfg["vocab_sz"], (cfg["bs"], cfg["bptt"] + 1))
    tokens = {"input": ids[:, :-1].tolist(), "target": ids[:, 1:].tolist()}
    out.mkdir(parents=True, exist_ok=True)
    cfg["seed"] = seed
    (out / "config.json").write_text(json.dumps(cfg, indent=2) + "\n")
    (out / "case.json").write_text(json.dumps({"train": training}) + "\n")
    (out / "tokens.json").write_text(json.dumps(tokens) + "\n")
    write_tensors(out / "weights.safetensors", weights)
    write_tensors(out / "masks.safetensors", masks)
    step = trace(cfg, weights, masks, tokens, training)
    write_tensors(out / "trace.safetensors", step)
    print(f"{out.name}: {len(step)} tensors, loss {float(step['loss']):.6f}")


def make_cases(folder):
    for seed, (name, changes) in enumerate(CASES.items(), 1):
        make_case(Path(folder, name), changes, seed)


def make_fresh(folder, count, seed):
    rng = np.random.default_rng(int(seed))
    pick = lambda *values: values[rng.integers(len(values))]
    for k in range(int(count)):
        bidir = pick(False, False, True)
        size = lambda: int(rng.integers(1, 12)) * (2 if bidir else 1)
        changes = dict(bidir=bidir, emb_sz=size(), n_hid=size(), n_layers=int(rng.integers(1, 5)), vocab_sz=int(rng.integers(3, 60)),
                       bs=int(rng.integers(1, 6)), bptt=int(rng.integers(1, 12)), pad_token=pick(0, 1, 2), tie_weights=pick(True, False),
                       out_bias=pick(True, False), alpha=pick(0, 2), beta=pick(0, 1), train=pick(True, True, True, False),
                       **GRAIN(pick("element", "row", "column")), **{f"{key}_p": pick(0, .25, .9) for key in ("input", "hidden", "output", "embed", "weight")})
        make_case(Path(folder, f"fresh-{k}"), changes, int(seed) * 1000 + k)


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

SPECIAL = ["xxunk", "xxpad", "xxbos", "xxeos", "xxfld", "xxrep", "xxwrep", "xxup", "xxmaj"]
# Keys that a series' config may leave away, with the defaults of docs/contracts.md.
DEFAULTS = dict(emb_sz=400, n_hid=1152, n_layers=3, pad_token=1, bidir=False, tie_weights=True, out_bias=True, input_p=0.25,
                hidden_p=0.15, output_p=0.1, embed_p=0.02, weight_p=0.2, weight_drop={}, valid_fraction=0.1, bs=16, bptt=70,
                variable_bptt=False, optimizer="adam", lr=2e-3, schedule="constant", pct_start=0.25, div=25, moms=[0.9, 0.9, 0.9],
                sqr_mom=0.99, eps=1e-5, wd=0, nonmono=5, clip=0.25, alpha=2, beta=1, freeze_to=0, seed=1, eval_every=None)


def read_texts(folder):
    """The characters of every document, and the vocabulary: special tokens, then by frequency, ties by first occurrence."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(folder, "corpus").iterdir())]
    counts = {}
    for ch in "".join(texts):
        counts[ch] = counts.get(ch, 0) + 1
    return texts, SPECIAL + sorted(counts, key=lambda ch: -counts[ch])


def split_rows(tokens, rows):
    span = (len(tokens) - 1) // rows
    ids = np.array(tokens[: span * rows + 1])
    return ids[:-1].reshape(rows, span), ids[1:].reshape(rows, span)


def cut(x, y, windows):
    """fastai's contiguous streams: row r of batch k+1 goes on where row r of batch k ended (docs/semantics.md, H6)."""
    return [(torch.tensor(x[:, a:a + n]), torch.tensor(y[:, a:a + n]), factor) for a, n, factor in windows]


def constant_windows(span, length):
    return [(a, min(length, span - a), 1.0) for a in range(0, span, length)]


def drawn_windows(cfg, span, epoch):
    """Sequence lengths of Merity et al. 2017, section 4.1: a normal around bptt, seldom around its half; never below 5."""
    windows, at = [], 0
    while at < span:
        choice, radius, angle = (float(w) for w in philox((cfg["seed"], site_id("sequence lengths")), len(windows) + 1, epoch)[-1][:3])
        mean = cfg["bptt"] / 2 if choice / 2 ** 32 < 0.05 else cfg["bptt"]
        normal = math.sqrt(-2 * math.log((radius + 1) / 2 ** 32)) * math.cos(2 * math.pi * angle / 2 ** 32)
        length = max(5, int(mean + 5 * normal))
        windows.append((at, min(length, span - at), length / cfg["bptt"]))
        at += length
    return windows


def group_rates(cfg):
    """[low, high] spread geometrically over the layer groups: each LSTM, then embedding and decoder."""
    groups = cfg["n_layers"] + 1
    if not isinstance(cfg["lr"], list):
        return [cfg["lr"]] * groups
    low, high = cfg["lr"]
    return [low * (high / low) ** (k / (groups - 1)) for k in range(groups)]


def group_of(cfg, name):
    return int(name.split(".")[2]) if name.startswith("0.rnns.") else cfg["n_layers"]


def one_cycle(cfg, position, key):
    """As a share of lr, or the momentum."""
    cos = lambda a, b, t: a + (1 + math.cos(math.pi * (1 - t))) * (b - a) / 2
    start = cfg["pct_start"]
    low, high, end = (1 / cfg["div"], 1, 1 / 1e5) if key == "lr" else cfg["moms"]
    return cos(low, high, position / start) if position < start else cos(high, end, (position - start) / (1 - start))


def slanted(step, total):
    """ULMFiT's slanted triangle (1801.06146, equation 3) as a share of lr: cut 10 %, ratio 32; never below the start."""
    cut = max(1, math.floor(total * 0.1))
    p = step / cut if step < cut else 1 - (step - cut) / (cut * (1 / 0.1 - 1))
    return (1 + max(0, p) * 31) / 32


class Adam:
    def __init__(self, params):
        self.m = {k: torch.zeros_like(p) for k, p in params.items()}
        self.v = {k: torch.zeros_like(p) for k, p in params.items()}
        self.t = 0

    def step(self, params, grads, lr, mom, cfg):
        self.t += 1
        b2 = cfg["sqr_mom"]
        for k, p in params.items():
            if lr[k] is None:
                continue
            p *= 1 - lr[k] * cfg["wd"]
            self.m[k] = mom * self.m[k] + (1 - mom) * grads[k]
            self.v[k] = b2 * self.v[k] + (1 - b2) * grads[k] ** 2
            p -= lr[k] * (self.m[k] / (1 - mom ** self.t)) / ((self.v[k] / (1 - b2 ** self.t)).sqrt() + cfg["eps"])


class Sgd:
    """Plain SGD with L2; after `trigger` also the running average of torch's ASGD (t0 = 0, lambd = 0)."""

    def __init__(self, params):
        self.average = None
        self.k = 0

    def trigger(self):
        self.average, self.k = {}, 0

    def step(self, params, grads, lr, mom, cfg):
        for k, p in params.items():
            if lr[k] is not None:
                p -= lr[k] * (grads[k] + cfg["wd"] * p)
        if self.average is None:
            return
        self.k += 1
        mu = 1 / max(1, self.k - 1)
        for k, p in params.items():
            self.average[k] = p.clone() if mu == 1 else self.average[k] + mu * (p - self.average[k])


def validation(cfg, params, batches):
    with torch.no_grad():
        state, total, count = None, 0.0, 0
        for x, y, _ in batches:
            state = state or zero_state(cfg, len(x))
            seen, _, state = forward(cfg, params, None, x, state)
            total += float(losses(cfg, seen, y, False)[0]) * y.numel()
            count += y.numel()
    return total / count


def repeat_run(cfg, docs, init):
    halves = [len(d) - math.floor(len(d) * cfg["valid_fraction"]) for d in docs]
    train_x, train_y = split_rows([t for d, n in zip(docs, halves) for t in d[:n]], cfg["bs"])
    held_out = [t for d, n in zip(docs, halves) for t in d[n:]]
    rows = min(cfg["bs"], max(1, (len(held_out) - 1) // cfg["bptt"]))
    valid_x, valid_y = split_rows(held_out, rows)
    valid = cut(valid_x, valid_y, constant_windows(valid_x.shape[1], cfg["bptt"]))
    params = {name: torch.tensor(value, dtype=torch.float64) for name, value in init.items()}
    groups = cfg["n_layers"] + 1
    frozen = cfg["freeze_to"] + (groups if cfg["freeze_to"] < 0 else 0)
    trains = lambda name: group_of(cfg, name) >= frozen
    optimiser = Adam(params) if cfg["optimizer"] == "adam" else Sgd(params)
    out = {"loss": [], "grad_norm": [], "lr": [], "valid": []}
    history, step, epoch, total = [], 0, 0, cfg["steps"]

    def evaluate(regular):
        average = getattr(optimiser, "average", None)
        score = validation(cfg, average or params, valid)
        out["valid"].append([step, score])
        # Merity et al. 2017 (1708.02182), algorithm 1; n = nonmono.
        if regular and cfg["optimizer"] == "nt-asgd" and average is None:
            if len(history) > cfg["nonmono"] and score > min(history[: -cfg["nonmono"]]):
                optimiser.trigger()
                out["averaged_from"] = step
            history.append(score)

    while step < total:
        epoch += 1
        span = train_x.shape[1]
        windows = drawn_windows(cfg, span, epoch) if cfg["variable_bptt"] else constant_windows(span, cfg["bptt"])
        state = zero_state(cfg, cfg["bs"])
        for at, (x, y, factor) in enumerate(cut(train_x, train_y, windows)):
            if step == total:
                break
            step += 1
            masks = {k: torch.tensor(draw_mask(k, shape, p, cfg["seed"], step)) for k, (shape, p) in mask_shapes(cfg, len(x)).items()}
            leaves = {k: p.clone().requires_grad_() for k, p in params.items()}
            seen, _, state = forward(cfg, leaves, masks, x, state)
            ce, ar, tar = losses(cfg, seen, y, True)
            (ce + ar + tar).backward()
            norm = math.sqrt(sum(float(p.grad.square().sum()) for k, p in leaves.items() if trains(k)))
            scale = min(1.0, cfg["clip"] / (norm + 1e-6)) if cfg["clip"] else 1.0
            position = (step - 1) / total
            height = {"constant": lambda: 1, "one-cycle": lambda: one_cycle(cfg, position, "lr"),
                      "stlr": lambda: slanted(step - 1, total)}[cfg["schedule"]]()
            rates = [lr * height * factor for lr in group_rates(cfg)]
            mom = one_cycle(cfg, position, "mom") if cfg["schedule"] == "one-cycle" else cfg["moms"][0]
            each = {k: rates[group_of(cfg, k)] if trains(k) else None for k in params}
            optimiser.step(params, {k: p.grad * scale for k, p in leaves.items()}, each, mom, cfg)
            out["loss"].append(float((ce + ar + tar).detach()))
            out["grad_norm"].append(norm)
            out["lr"].append(rates[-1])
            regular = step % cfg["eval_every"] == 0 if cfg["eval_every"] else at == len(windows) - 1
            if regular or step == total:
                evaluate(regular)
    return out


def series(folder):
    texts, vocabulary = read_texts(folder)
    Path(folder, "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False) + "\n", encoding="utf-8")
    ids = {token: k for k, token in enumerate(vocabulary)}
    docs = [[ids["xxbos"]] + [ids[ch] for ch in text] for text in texts]
    rounded = lambda value: [rounded(v) for v in value] if isinstance(value, list) else float(f"{value:.8g}") if isinstance(value, float) else value
    for path in sorted(Path(folder).glob("*.dropscope.json")):
        cfg = {**DEFAULTS, **json.loads(path.read_text()), "vocab_sz": len(vocabulary)}
        cfg["weight_drop"] = {"granularity": "element", **cfg["weight_drop"]}
        weights = Path(folder, "init.safetensors")
        if not weights.exists():
            rng = np.random.default_rng(1)
            write_tensors(weights, {k: rng.uniform(-bound, bound, shape).astype("<f4") for k, (shape, bound) in parameter_shapes(cfg).items()})
        out = repeat_run(cfg, docs, read_tensors(weights))
        name = path.name.removesuffix(".dropscope.json")
        Path(folder, f"{name}.series.json").write_text(json.dumps({k: rounded(v) for k, v in out.items()}) + "\n")
        print(f"{name}: {len(out['loss'])} steps, loss {out['loss'][0]:.4f} to {out['loss'][-1]:.4f}, "
              f"valid {[round(v, 3) for _, v in out['valid']]}, averaged from {out.get('averaged_from')}")


if __name__ == "__main__":
    verb, *rest = sys.argv[1:] or ["help"]
    {"cases": make_cases, "fresh": make_fresh, "series": series, "compare": compare}.get(verb, lambda *_: print(__doc__))(*rest)
