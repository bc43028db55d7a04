import hashlib

import torch
from torch import nn

ACTS = ["greet", "ask_date", "ask_place", "confirm", "book", "handover", "bye"]


def bag_of_words(text, size=512):
    v = torch.zeros(1, size)
    for word in text.lower().split():
        v[0, int(hashlib.md5(word.encode()).hexdigest(), 16) % size] += 1.0
    return v


class DialoguePolicy(nn.Module):
    def __init__(self, size=512, width=96):
        super().__init__()
        self.embed = nn.Linear(size, width)
        self.turn = nn.GRUCell(width + len(ACTS), width)
        self.act = nn.Linear(width, len(ACTS))
        self.width = width

    def forward(self, words, last_act, belief):
        belief = self.turn(torch.cat([torch.relu(self.embed(words)), last_act], -1), belief)
        return self.act(belief), belief
