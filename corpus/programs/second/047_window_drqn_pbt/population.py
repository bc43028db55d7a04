import argparse
import json
import random
from pathlib import Path

import torch

from windowq.agent import Agent
from windowq.env import LongHall


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--population", type=int, default=6)
    ap.add_argument("--length", type=int, default=12)
    ap.add_argument("--k", type=int, default=16)
    ap.add_argument("--rounds", type=int, default=200)
    ap.add_argument("--steps", type=int, default=2000)
    ap.add_argument("--load", type=Path)
    ap.add_argument("--out", type=Path, default=Path("windowq_out"))
    args = ap.parse_args()
    args.out.mkdir(exist_ok=True)
    random.seed(0)
    torch.manual_seed(0)
    agents = [
        Agent(i, LongHall(length=args.length, seed=i), k=args.k, lr=10 ** random.uniform(-4, -2.7))
        for i in range(args.population)
    ]
    if args.load:
        for a in agents:
            a.net.load_state_dict(torch.load(args.load))
    history = []
    for rnd in range(args.rounds):
        for a in agents:
            a.live(args.steps)
        agents.sort(key=Agent.score)
        if agents[-1].score() > agents[0].score() + 0.2:
            agents[0].become(agents[-1])
        history.append([round(a.score(), 3) for a in agents])
        print(rnd, history[-1], f"eps {agents[-1].eps:.2f}")
        (args.out / "history.json").write_text(json.dumps(history))
        if rnd % 20 == 19:
            torch.save(agents[-1].net.state_dict(), args.out / f"best_{rnd}.pt")


if __name__ == "__main__":
    main()
