#!/usr/bin/env python3
"""Log-probabilities of choices by a forward pass of its own: NumPy in double precision, no llama.cpp and no cache.

  GGUF_PY=llama.cpp/gguf-py python3 choices.py MODEL.gguf < items.jsonl

An item is {"tokens": [...], "from": n}: prompt and choice together, the choice from token n on. Prints the nats of each
choice, one a line. Llama architecture with tied embeddings, as fixtures/models/base has.
"""
import json, os, sys
sys.path.insert(0, os.environ["GGUF_PY"])
import numpy as np
from gguf import GGUFReader

reader = GGUFReader(sys.argv[1])
field = lambda name: reader.fields[f"llama.{name}"].contents()
layers, heads, kv_heads = field("block_count"), field("attention.head_count"), field("attention.head_count_kv")
epsilon, base = field("attention.layer_norm_rms_epsilon"), field("rope.freq_base")
weights = {t.name: np.asarray(t.data, dtype=np.float64) for t in reader.tensors}
embeddings = weights["token_embd.weight"]
output = weights.get("output.weight", embeddings)
size = weights["blk.0.attn_q.weight"].shape[0] // heads


def norm(x, name):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * weights[name]


def rotate(x):
    """Neighbouring pairs, as llama.cpp's LLAMA_ROPE_TYPE_NORM."""
    angles = np.arange(x.shape[0])[:, None] * base ** (-np.arange(0, size, 2) / size)
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack((even * cos - odd * sin, even * sin + odd * cos), -1).reshape(x.shape)


def softmax(x):
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def logits(tokens):
    x = embeddings[tokens]
    length = len(tokens)
    mask = np.triu(np.full((length, length), -np.inf), 1)
    for layer in range(layers):
        part = lambda name: weights[f"blk.{layer}.{name}.weight"]
        h = norm(x, f"blk.{layer}.attn_norm.weight")
        q = rotate((h @ part("attn_q").T).reshape(length, heads, size))
        k = rotate((h @ part("attn_k").T).reshape(length, kv_heads, size)).repeat(heads // kv_heads, 1)
        v = (h @ part("attn_v").T).reshape(length, kv_heads, size).repeat(heads // kv_heads, 1)
        a = softmax(np.einsum("qhd,khd->hqk", q, k) / np.sqrt(size) + mask)
        x = x + np.einsum("hqk,khd->qhd", a, v).reshape(length, -1) @ part("attn_output").T
        h = norm(x, f"blk.{layer}.ffn_norm.weight")
        gate = h @ part("ffn_gate").T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ part("ffn_up").T)) @ part("ffn_down").T
    return norm(x, "output_norm.weight") @ output.T


for line in sys.stdin:
    item = json.loads(line)
    tokens, start = np.array(item["tokens"]), item["from"]
    rows = logits(tokens)[start - 1 : -1]
    top = rows.max(-1)
    sums = top + np.log(np.exp(rows - top[:, None]).sum(-1))
    print(float((sums - rows[np.arange(len(rows)), tokens[start:]]).sum()))
