"""Reads quarter-hour prices as JSON lines on stdin and answers with buy/hold/sell for each household battery."""
import json
import os
import sys
from dataclasses import dataclass, field

import torch
import torch.nn as nn

ACTIONS = ("sell", "hold", "buy")


class BatteryPolicy(nn.Module):
    def __init__(self, n_features: int = 4, hidden: int = 64, layers: int = 2):
        super().__init__()
        self.lstm = nn.LSTM(n_features, hidden, num_layers=layers, batch_first=True)
        self.head = nn.Linear(hidden, len(ACTIONS))

    def forward(self, x, hc=None):
        y, hc = self.lstm(x, hc)
        return self.head(y[:, -1]), hc


@dataclass
class Desk:
    checkpoint: str
    policy: BatteryPolicy = field(default_factory=BatteryPolicy)
    mtime: float = 0.0
    memory: dict = field(default_factory=dict)
    history: dict = field(default_factory=dict)

    def reload_if_newer(self) -> None:
        try:
            mtime = os.path.getmtime(self.checkpoint)
        except FileNotFoundError:
            return
        if mtime <= self.mtime:
            return
        blob = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        self.policy.load_state_dict(blob["policy"])
        self.policy.eval()
        self.mtime = mtime
        self.memory = {}
        print(f"loaded step {blob.get('step')}", file=sys.stderr)

    def features(self, tick: dict) -> torch.Tensor:
        last = self.history.get(tick["house"], tick["price"])
        self.history[tick["house"]] = tick["price"]
        quarter = tick["quarter"] / 96.0
        return torch.tensor([[[tick["price"] / 100.0, (tick["price"] - last) / 20.0, tick["charge"], quarter]]])

    @torch.inference_mode()
    def decide(self, tick: dict) -> str:
        house = tick["house"]
        logits, hc = self.policy(self.features(tick), self.memory.get(house))
        self.memory[house] = hc
        choice = int(logits.argmax(-1))
        if tick["charge"] <= 0.05 and choice == 0 or tick["charge"] >= 0.95 and choice == 2:
            choice = 1
        return ACTIONS[choice]


def main() -> None:
    desk = Desk(sys.argv[1])
    desk.reload_if_newer()
    for n, line in enumerate(sys.stdin):
        if n % 96 == 0:
            desk.reload_if_newer()
        tick = json.loads(line)
        if tick.get("kind") == "settled":
            desk.memory.pop(tick["house"], None)
            desk.history.pop(tick["house"], None)
            continue
        print(json.dumps({"house": tick["house"], "order": desk.decide(tick)}), flush=True)


if __name__ == "__main__":
    main()
