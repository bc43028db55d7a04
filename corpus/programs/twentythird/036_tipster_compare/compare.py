from collections import defaultdict
from typing import Dict, Iterable, List, NamedTuple
import glob
import json
import sys

import torch
from torch import Tensor
import torch.nn as nn


class Runner(NamedTuple):
    trap: int
    dog: str
    features: List[float]
    sp: float


class Race(NamedTuple):
    track: str
    runners: List[Runner]
    winner: int


def load_races(path: str) -> List[Race]:
    races = []
    with open(path) as f:
        for line in f:
            d = json.loads(line)
            runners = [Runner(r["trap"], r["dog"], r["x"], r["sp"]) for r in d["runners"]]
            races.append(Race(d["track"], runners, d["winner"]))
    return races


class DogNet(nn.Module):
    def __init__(self, n_in: int = 10, n_mem: int = 48):
        super().__init__()
        self.n_mem = n_mem
        self.lstm = nn.LSTMCell(n_in, n_mem)
        self.rank = nn.Linear(n_mem, 1)

    def forward(self, x: Tensor, h: Tensor, c: Tensor):
        h, c = self.lstm(x, (h, c))
        return self.rank(h)[:, 0], h, c


@torch.no_grad()
def replay(net: DogNet, races: Iterable[Race], warmup: int) -> Dict[str, float]:
    """Run once through the season. The first `warmup` races only fill the memories."""
    zero = torch.zeros(net.n_mem)
    memory = defaultdict(lambda: (zero, zero))
    n = won = 0
    pnl = 0.0
    for i, race in enumerate(races):
        names = [r.dog for r in race.runners]
        x = torch.tensor([r.features for r in race.runners])
        h = torch.stack([memory[k][0] for k in names])
        c = torch.stack([memory[k][1] for k in names])
        scores, h, c = net(x, h, c)
        for j, k in enumerate(names):
            memory[k] = (h[j], c[j])
        if i < warmup:
            continue
        pick = int(scores.argmax())
        n += 1
        if race.runners[pick].trap == race.winner:
            won += 1
            pnl += race.runners[pick].sp - 1.0
        else:
            pnl -= 1.0
    return {"n": n, "strike": won / max(n, 1), "roi": pnl / max(n, 1)}


def main(argv: List[str]) -> int:
    if len(argv) < 3:
        print("usage: compare.py races.jsonl 'runs/*/step_*.pt'", file=sys.stderr)
        return 2
    races = load_races(argv[1])
    net = DogNet()
    net.eval()
    table = []
    for path in sorted(glob.glob(argv[2])):
        net.load_state_dict(torch.load(path, map_location="cpu")["net"])
        result = replay(net, races, warmup=len(races) // 5)
        table.append((result["roi"], path))
        print(f"{path:50s} n={result['n']} strike={result['strike']:.3f} roi={result['roi']:+.3f}")
    if table:
        roi, path = max(table)
        print("best:", path, f"{roi:+.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
