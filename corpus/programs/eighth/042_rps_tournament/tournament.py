"""Round-robin with Elo of saved rock-paper-scissors bots (PettingZoo rps_v2)."""
import argparse
import itertools
from pathlib import Path
from typing import Dict, Tuple

import numpy as np
import torch
from pettingzoo.classic import rps_v2
from torch import nn

N_MOVES = 3
NOTHING = 3  # observation before the first throw


class BotNet(nn.Module):
    def __init__(self, hidden: int = 32):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.GRUCell(2 * (N_MOVES + 1), hidden)
        self.out = nn.Linear(hidden, N_MOVES)

    def forward(self, x: torch.Tensor, h: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        h = self.cell(x, h)
        return self.out(h), h


class Bot:
    """One participant of one match. Its memory is the history of that match."""

    def __init__(self, checkpoint: Path, temperature: float = 1.0):
        self.net = BotNet()
        self.net.load_state_dict(torch.load(checkpoint, map_location="cpu"))
        self.net.eval()
        self.temperature = temperature
        self.h = torch.zeros(1, self.net.hidden)
        self.last_move = NOTHING

    @torch.no_grad()
    def move(self, seen: int) -> int:
        x = torch.zeros(1, 2 * (N_MOVES + 1))
        x[0, min(seen, NOTHING)] = 1
        x[0, N_MOVES + 1 + self.last_move] = 1
        logits, self.h = self.net(x, self.h)
        probs = torch.softmax(logits[0] / self.temperature, dim=-1)
        self.last_move = int(torch.multinomial(probs, 1))
        return self.last_move


class Elo:
    def __init__(self, names, k: float = 16.0):
        self.rating: Dict[str, float] = {name: 1000.0 for name in names}
        self.k = k

    def update(self, a: str, b: str, result: float) -> None:
        expected = 1 / (1 + 10 ** ((self.rating[b] - self.rating[a]) / 400))
        change = self.k * (result - expected)
        self.rating[a] += change
        self.rating[b] -= change


def play_match(first: Path, second: Path, rounds: int, seed: int) -> float:
    """Returns 1, 0.5 or 0 as seen from the first bot."""
    env = rps_v2.env(num_actions=N_MOVES, max_cycles=rounds)
    env.reset(seed=seed)
    bots = dict(zip(env.possible_agents, (Bot(first), Bot(second))))
    totals = dict.fromkeys(bots, 0.0)
    for agent in env.agent_iter():
        observation, reward, termination, truncation, _ = env.last()
        totals[agent] += reward
        if termination or truncation:
            env.step(None)
        else:
            env.step(bots[agent].move(int(observation)))
    env.close()
    margin = totals[env.possible_agents[0]] - totals[env.possible_agents[1]]
    return 0.5 * (np.sign(margin) + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bots", nargs="+", type=Path, help="state dict files")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cycles", type=int, default=10)
    args = parser.parse_args()

    files = {path.stem: path for path in args.bots}
    elo = Elo(files)
    seed = 0
    for cycle in range(args.cycles):
        for a, b in itertools.permutations(files, 2):
            result = play_match(files[a], files[b], args.rounds, seed)
            elo.update(a, b, float(result))
            seed += 1
        print(f"after cycle {cycle + 1}:")
        for name, rating in sorted(elo.rating.items(), key=lambda item: -item[1]):
            print(f"  {name:20s} {rating:7.1f}")


if __name__ == "__main__":
    main()
