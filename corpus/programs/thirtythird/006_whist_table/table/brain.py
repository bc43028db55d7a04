import threading
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

N_CARDS = 52


class CardNet(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        self.width = width
        self.card = nn.Embedding(N_CARDS + 1, 32, padding_idx=N_CARDS)
        self.seat = nn.Embedding(4, 8)
        self.rnn = nn.LSTMCell(40, width)
        self.score = nn.Linear(width + N_CARDS, N_CARDS)

    def listen(self, card, seat, state):
        x = torch.cat([self.card(torch.tensor([card])), self.seat(torch.tensor([seat]))], dim=-1)
        return self.rnn(x, state)

    def choose(self, hand, legal, state):
        h = torch.zeros(1, N_CARDS)
        h[0, list(hand)] = 1.0
        scores = self.score(torch.cat([state[0], h], dim=-1))[0]
        return max(legal, key=lambda c: float(scores[c]))


class BrainStore:
    """Keeps the newest net; those who hold an older one keep it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.lock = threading.Lock()
        self.tag = None
        self.net = CardNet().eval()
        self.poll()

    def poll(self):
        files = sorted(self.folder.glob("whist-*.safetensors"))
        if not files or files[-1].name == self.tag:
            return False
        fresh = CardNet().eval()
        fresh.load_state_dict(load_file(str(files[-1])))
        with self.lock:
            self.net, self.tag = fresh, files[-1].name
        return True

    def newest(self):
        with self.lock:
            return self.net, self.tag
