"""Follow-the-greens: picks the next taxiway segment for each aircraft on the apron.

The planning group drops new weights into a directory; they are taken up on the fly.
"""
from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

# taxiway graph: node -> neighbours
GRAPH: dict[int, list[int]] = {
    0: [1, 4], 1: [0, 2, 5], 2: [1, 3, 6], 3: [2, 7], 4: [0, 5, 8], 5: [1, 4, 6, 9],
    6: [2, 5, 7, 10], 7: [3, 6, 11], 8: [4, 9], 9: [5, 8, 10], 10: [6, 9, 11], 11: [7, 10],
}
RUNWAY_EXITS, STANDS = [0, 4, 8], [3, 7, 11]


@dataclass
class Aircraft:
    reg: str
    node: int
    stand: int
    minutes: int = 0


class SegmentScorer(nn.Module):
    def __init__(self, nodes: int = len(GRAPH), width: int = 48) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Embedding(nodes, 16)
        self.gru = nn.GRUCell(16 * 2 + nodes, width)
        self.score = nn.Linear(width, nodes)

    def forward(self, here: Tensor, goal: Tensor, traffic: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.cat([self.embed(here), self.embed(goal), traffic], dim=-1)
        h = self.gru(x, h)
        return self.score(h), h


class Guidance:
    def __init__(self, weights_dir: Path) -> None:
        self.weights_dir = weights_dir
        self.scorer = SegmentScorer().eval()
        self.tracks: dict[str, Tensor] = {}
        self.current: Path | None = None

    def take_up_new_weights(self) -> None:
        files = sorted(self.weights_dir.glob("*.pt"))
        if not files or files[-1] == self.current:
            return
        self.current = files[-1]
        self.scorer.load_state_dict(torch.load(self.current, map_location="cpu"))
        self.tracks.clear()
        print("weights:", self.current.name)

    @torch.no_grad()
    def next_node(self, ac: Aircraft, traffic: Tensor) -> int:
        h = self.tracks.get(ac.reg)
        if h is None:
            h = torch.zeros(1, self.scorer.width)
        scores, h = self.scorer(torch.tensor([ac.node]), torch.tensor([ac.stand]), traffic[None], h)
        self.tracks[ac.reg] = h
        options = GRAPH[ac.node] + [ac.node]
        return max(options, key=lambda n: scores[0, n].item())

    def arrived(self, ac: Aircraft) -> None:
        self.tracks.pop(ac.reg, None)


class Apron:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.aircraft: list[Aircraft] = []
        self.serial = 0

    def arrivals(self) -> None:
        node = self.rng.choice(RUNWAY_EXITS)
        if self.rng.random() < 0.35 and all(a.node != node for a in self.aircraft):
            self.serial += 1
            self.aircraft.append(Aircraft(f"OE-L{self.serial:03d}", node, self.rng.choice(STANDS)))

    def traffic(self) -> Tensor:
        t = torch.zeros(len(GRAPH))
        for a in self.aircraft:
            t[a.node] = 1.0
        return t

    def minute(self, guidance: Guidance) -> int:
        self.arrivals()
        arrived = 0
        for ac in list(self.aircraft):
            target = guidance.next_node(ac, self.traffic())
            if all(o is ac or o.node != target for o in self.aircraft):
                ac.node = target
            ac.minutes += 1
            if ac.node == ac.stand:
                self.aircraft.remove(ac)
                guidance.arrived(ac)
                arrived += 1
        return arrived


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("weights_dir", type=Path)
    ap.add_argument("--minutes", type=int, default=5000)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    guidance, apron, total = Guidance(args.weights_dir), Apron(args.seed), 0
    for m in range(args.minutes):
        guidance.take_up_new_weights()
        total += apron.minute(guidance)
        if m % 240 == 0:
            print(f"{m:5d} min: {total} arrived, {len(apron.aircraft)} moving")


if __name__ == "__main__":
    main()
