from __future__ import annotations

import time
from dataclasses import dataclass, field

import torch
from torch import nn

VERBS = ["idle", "greet", "follow", "flee", "trade", "attack", "talk"]


class Brain(nn.Module):
    """What an inhabitant does next, given what the player just did and how it feels about it."""

    def __init__(self, events: int = 16, feel: int = 48) -> None:
        super().__init__()
        self.events, self.feel = events, feel
        self.see = nn.Linear(events + 3, feel)
        self.cell = nn.LSTMCell(feel, feel)
        self.verb = nn.Linear(feel, len(VERBS))

    def forward(self, x, mood=None):
        mood = self.cell(torch.relu(self.see(x)), mood)
        return self.verb(mood[0]), mood


@dataclass
class Encounter:
    player: str
    npc: str
    mood: tuple[torch.Tensor, torch.Tensor] | None = None
    paused: bool = False
    heard: int = 0
    since: float = field(default_factory=time.monotonic)

    def encode(self, brain: Brain, event: dict) -> torch.Tensor:
        x = torch.zeros(1, brain.events + 3)
        x[0, event["code"] % brain.events] = 1.0
        x[0, -3] = event.get("distance", 0.0) / 50
        x[0, -2] = event.get("reputation", 0.0)
        x[0, -1] = min(1.0, self.heard / 100)
        return x

    @torch.no_grad()
    def react(self, brain: Brain, event: dict) -> str:
        logits, self.mood = brain(self.encode(brain, event), self.mood)
        self.heard += 1
        return VERBS[int(torch.distributions.Categorical(logits=logits[0]).sample())]

    def part(self) -> None:
        self.mood = None
        self.heard = 0
        self.since = time.monotonic()
