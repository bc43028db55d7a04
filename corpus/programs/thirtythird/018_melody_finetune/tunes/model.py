import torch
from torch import nn

from . import vocab


class TuneLSTM(nn.Module):
    def __init__(self, width=256, layers=2, with_value=False):
        super().__init__()
        self.layers, self.width = layers, width
        self.emb = nn.Embedding(vocab.SIZE, 64)
        self.lstm = nn.LSTM(64, width, layers, batch_first=True)
        self.proj = nn.Linear(width, vocab.SIZE)
        if with_value:
            self.value = nn.Linear(width, 1)

    def forward(self, tokens, state=None):
        y, state = self.lstm(self.emb(tokens), state)
        return self.proj(y), y, state


@torch.no_grad()
def compose(model, n, max_len, temperature=1.0):
    token = torch.full((n, 1), vocab.BEGIN, dtype=torch.long)
    state, alive, out = None, torch.ones(n, dtype=torch.bool), [token]
    for _ in range(max_len):
        logits, _, state = model(token, state)
        logits = logits[:, -1] / temperature
        logits[:, vocab.BEGIN] = -1e9
        token = torch.multinomial(logits.softmax(-1), 1)
        token[~alive] = vocab.END
        out.append(token)
        alive = alive & (token[:, 0] != vocab.END)
        if not alive.any():
            break
    return torch.cat(out, dim=1)
