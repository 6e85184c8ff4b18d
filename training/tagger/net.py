"""The network: the first layers of a BERT encoder and a linear head, as plain as it can be for export."""

import torch
from torch import nn
from torch.nn import functional

LAYERS = 6
HEADS = 12
WIDTH = 384
INNER = 1536
MAX_POSITIONS = 128
DROPOUT = 0.1


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm_attention, self.norm_out = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x, mask):
        batch, length, _ = x.shape
        q, k, v = (part(x).view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2) for part in (self.query, self.key, self.value))
        scores = q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5
        if mask is not None:
            scores = scores + mask
        mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm_attention(x + self.out(mixed))
        return self.norm_out(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Tagger(nn.Module):
    """Ids of one or more windows to the logits of their labels. Padding needs a mask; one window alone has none."""

    def __init__(self, pieces, labels):
        super().__init__()
        self.words = nn.Embedding(pieces, WIDTH)
        self.positions = nn.Parameter(torch.zeros(MAX_POSITIONS, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, labels)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, ids, mask=None):
        x = self.words(ids) + self.positions[: ids.shape[1]]
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x)


def from_encoder(encoder, kept, labels):
    """A tagger with the encoder's weights and the embeddings of the kept pieces, by their ids in the encoder."""
    net = Tagger(len(kept), labels)
    take = lambda array: torch.tensor(array, dtype=torch.float32)
    net.words.weight.data = take(encoder.tensors["emb.word"].reshape(-1, WIDTH)[kept])
    # The type of all tokens is one and the same here; positions take it in.
    kinds = encoder.tensors["emb.type"][:WIDTH]
    net.positions.data = take(encoder.tensors["emb.pos"].reshape(-1, WIDTH)[:MAX_POSITIONS] + kinds)
    net.norm.load_state_dict({"weight": take(encoder.tensors["emb.ln.w"]), "bias": take(encoder.tensors["emb.ln.b"])})
    for number, layer in enumerate(net.layers):
        layer.load_state_dict({name: take(it) for name, it in encoder.layer(number).items()})
    nn.init.normal_(net.head.weight, std=0.02)
    nn.init.zeros_(net.head.bias)
    return net
