#!/usr/bin/env python
"""Four-hands improviser: listens to what is played and answers. A program change message selects the style."""
from __future__ import annotations

import argparse
import pathlib
import time
from typing import Iterator

import mido
import torch
import torch.nn as nn

TOKENS = 88 + 88 + 32  # human note, own note, wait


class Duettist(nn.Module):
    h: torch.Tensor
    c: torch.Tensor

    def __init__(self, width: int = 256, layers: int = 3) -> None:
        super().__init__()
        self.emb = nn.Embedding(TOKENS, width)
        self.lstm = nn.LSTM(width, width, layers, batch_first=True, dropout=0.1)
        self.out = nn.Linear(width, TOKENS)
        self.register_buffer("h", torch.zeros(layers, 1, width), persistent=False)
        self.register_buffer("c", torch.zeros(layers, 1, width), persistent=False)

    def reset(self) -> None:
        self.h.zero_()
        self.c.zero_()

    @torch.no_grad()
    def feed(self, token: int) -> torch.Tensor:
        y, (h, c) = self.lstm(self.emb(torch.tensor([[token]])), (self.h, self.c))
        self.h.copy_(h)
        self.c.copy_(c)
        return self.out(y)[0, 0]


class Player:
    def __init__(self, folder: pathlib.Path, temperature: float) -> None:
        self.styles = sorted(folder.glob("*.pt"))
        self.temperature = temperature
        self.net = Duettist().eval()
        self.choose(0)

    def choose(self, number: int) -> None:
        path = self.styles[number % len(self.styles)]
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.net.reset()
        self.logits = None
        print("style:", path.stem)

    def start_over(self) -> None:
        self.net.reset()
        self.logits = None

    def hear(self, note: int) -> None:
        self.logits = self.net.feed(note - 21)

    def pause(self, seconds: float) -> None:
        self.logits = self.net.feed(176 + min(31, int(seconds * 16)))

    def answer(self, limit: int = 6) -> Iterator[int]:
        for _ in range(limit):
            if self.logits is None:
                return
            scores = self.logits.clone()
            scores[:88] = -float("inf")
            token = int(torch.multinomial((scores / self.temperature).softmax(0), 1))
            self.logits = self.net.feed(token)
            if token >= 176:
                return
            yield token - 88 + 21


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("styles", type=pathlib.Path)
    ap.add_argument("--temperature", type=float, default=0.9)
    ap.add_argument("--silence", type=float, default=8.0, help="a longer rest ends the piece")
    args = ap.parse_args()

    player = Player(args.styles, args.temperature)
    last = time.monotonic()
    with mido.open_input() as keys, mido.open_output() as synth:
        for msg in keys:
            if msg.type == "program_change":
                player.choose(msg.program)
            elif msg.type == "note_on" and msg.velocity > 0:
                rest = time.monotonic() - last
                last = time.monotonic()
                if rest > args.silence:
                    player.start_over()
                elif rest > 0.25:
                    player.pause(rest)
                player.hear(msg.note)
                for note in player.answer():
                    synth.send(mido.Message("note_on", note=note, velocity=55))
                    time.sleep(0.08)
                    synth.send(mido.Message("note_off", note=note))


if __name__ == "__main__":
    main()
