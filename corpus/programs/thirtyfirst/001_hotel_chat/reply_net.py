import json
from pathlib import Path

import torch
from torch import nn

BOS, EOS, UNK = 1, 2, 3


class Vocab:
    def __init__(self, path: Path):
        self.words = json.loads(path.read_text())
        self.index = {w: i for i, w in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, text: str) -> torch.Tensor:
        ids = [BOS] + [self.index.get(w, UNK) for w in text.lower().split()] + [EOS]
        return torch.tensor([ids])

    def decode(self, ids) -> str:
        return " ".join(self.words[i] for i in ids)


class ReplyNet(nn.Module):
    """One GRU reads what the guest writes and writes the answer; its memory runs through the whole talk."""

    def __init__(self, n_words: int, width: int = 384):
        super().__init__()
        self.width = width
        self.embed = nn.Embedding(n_words, width, padding_idx=0)
        self.gru = nn.GRU(width, width, num_layers=2, batch_first=True)
        self.head = nn.Linear(width, n_words)

    def forward(self, ids, memory=None):
        out, memory = self.gru(self.embed(ids), memory)
        return self.head(out), memory

    @torch.no_grad()
    def answer(self, ids, memory, max_words=40, temperature=0.7):
        logits, memory = self(ids, memory)
        word = torch.tensor([[BOS]])
        said = []
        for _ in range(max_words):
            logits, memory = self(word, memory)
            probs = torch.softmax(logits[:, -1] / temperature, dim=-1)
            word = torch.multinomial(probs, 1)
            if word.item() == EOS:
                break
            said.append(word.item())
        return said, memory
