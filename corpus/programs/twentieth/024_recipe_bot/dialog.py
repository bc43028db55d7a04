from __future__ import annotations

import re

import torch
from torch import Tensor, nn

WORD = re.compile(r"[a-z]+|\d+")


class Reader(nn.Module):
    """Reads what the cook says word by word; picks the next intent of the bot after each utterance."""

    def __init__(self, n_words: int, n_intents: int, size: int = 160):
        super().__init__()
        self.size = size
        self.words = nn.Embedding(n_words, 64)
        self.cell = nn.LSTMCell(64, size)
        self.intent = nn.Linear(size, n_intents)

    def read(self, ids: list[int], state: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        for i in ids:
            state = self.cell(self.words(torch.tensor([i])), state)
        return self.intent(state[0]), state

    def blank(self) -> tuple[Tensor, Tensor]:
        return torch.zeros(1, self.size), torch.zeros(1, self.size)


class Dialogs:
    def __init__(self, vocab: dict[str, int], intents: list[str]):
        self.vocab = vocab
        self.intents = intents
        self.reader = Reader(len(vocab) + 1, len(intents)).eval()
        self.heard: dict[str, list[int]] = {}
        self.states: dict[str, tuple[Tensor, Tensor]] = {}

    def open(self, who: str) -> None:
        self.heard[who] = []
        self.states[who] = self.reader.blank()

    def close(self, who: str) -> None:
        self.heard.pop(who, None)
        self.states.pop(who, None)

    @torch.no_grad()
    def answer(self, who: str, text: str) -> str:
        if who not in self.states:
            self.open(who)
        ids = [self.vocab.get(w, 0) for w in WORD.findall(text.lower())] or [0]
        logits, self.states[who] = self.reader.read(ids, self.states[who])
        self.heard[who] += ids
        return self.intents[int(logits.argmax())]

    @torch.no_grad()
    def use(self, weights: dict) -> None:
        self.reader.load_state_dict(weights)
        for who, ids in self.heard.items():
            _, self.states[who] = self.reader.read(ids, self.reader.blank())
