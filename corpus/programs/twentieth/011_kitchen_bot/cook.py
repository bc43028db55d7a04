from dataclasses import dataclass, field
from typing import Optional

import torch
from torch import nn


@dataclass
class Session:
    recipe: str
    step: int = 0
    hidden: Optional[torch.Tensor] = None
    said: list = field(default_factory=list)


class AdviceNet(nn.Module):
    """Sensor readings of the hob and the cook's last answer in, the next piece of advice out."""

    def __init__(self, n_in: int = 12, n_advice: int = 40, hidden: int = 128):
        super().__init__()
        self.gru = nn.GRU(n_in, hidden, num_layers=2, batch_first=True)
        self.head = nn.Linear(hidden, n_advice)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return self.head(y[:, -1]), h


class CookBot:
    def __init__(self, weights: str, advice: list):
        self.net = AdviceNet(n_advice=len(advice))
        self.net.eval()
        self.advice = advice
        self.sessions: dict = {}
        self.version = None
        self.load(weights)

    def load(self, path: str) -> None:
        data = torch.load(path, map_location="cpu")
        self.net.load_state_dict(data["net"])
        self.version = data["version"]

    def forget(self) -> None:
        for s in self.sessions.values():
            s.hidden = None

    def begin(self, cook: str, recipe: str) -> None:
        self.sessions[cook] = Session(recipe)

    @torch.no_grad()
    def advise(self, cook: str, readings: list) -> str:
        s = self.sessions[cook]
        logits, s.hidden = self.net(torch.tensor([[readings]], dtype=torch.float32), s.hidden)
        s.step += 1
        text = self.advice[int(logits.argmax())]
        s.said.append(text)
        return text

    def end(self, cook: str) -> list:
        return self.sessions.pop(cook).said
