import string

import torch
import torch.nn as nn

CHARS = string.ascii_lowercase + string.digits + " .,?!+-*/=()'"
END = len(CHARS)
PAD = END + 1
VOCAB = len(CHARS) + 2


def encode(text):
    return [CHARS.index(c) for c in text.lower() if c in CHARS] + [END]


class TutorLM(nn.Module):
    """Character LSTM; the pupil's text and the tutor's answers go through the same memory."""

    def __init__(self, emb=32, hidden=256, layers=2):
        super().__init__()
        self.emb = nn.Embedding(VOCAB, emb, padding_idx=PAD)
        self.lstm = nn.LSTM(emb, hidden, layers, batch_first=True)
        self.out = nn.Linear(hidden, VOCAB)

    def forward(self, ids, hc=None):
        y, hc = self.lstm(self.emb(ids), hc)
        return self.out(y), hc

    @torch.no_grad()
    def read(self, text, hc):
        logits, hc = self(torch.tensor([encode(text)]), hc)
        return logits[0, -1], hc

    @torch.no_grad()
    def write(self, logits, hc, limit=160, temperature=0.6):
        chars = []
        for _ in range(limit):
            idx = int(torch.multinomial(torch.softmax(logits / temperature, -1), 1))
            out, hc = self(torch.tensor([[idx]]), hc)
            if idx >= END:
                break
            chars.append(CHARS[idx])
            logits = out[0, -1]
        return "".join(chars), hc
