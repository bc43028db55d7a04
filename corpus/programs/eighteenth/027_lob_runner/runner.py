import argparse
import glob
import os
import time

import torch

from agent import ExecutionAgent, MarketModel
from feed import ReplayFeed


def newest(folder: str) -> str:
    return max(glob.glob(os.path.join(folder, "agent_*.pt")), key=os.path.getmtime)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoints", default="runs/lob/checkpoints")
    parser.add_argument("--tape", default="tape.pt")
    parser.add_argument("--symbols", type=int, default=16)
    parser.add_argument("--check-every", type=float, default=30.0)
    args = parser.parse_args()

    feed = ReplayFeed(args.tape, args.symbols)
    agent = ExecutionAgent({"policy": MarketModel(feed.width, 5, num_envs=args.symbols)})
    agent.load(newest(args.checkpoints))

    position = torch.zeros(args.symbols)
    cash = torch.zeros(args.symbols)
    last_check = time.monotonic()
    states = feed.reset()
    for tick in range(feed.ticks - 1):
        if time.monotonic() - last_check > args.check_every:
            last_check = time.monotonic()
            path = newest(args.checkpoints)
            if os.path.basename(path) != agent.checkpoint:
                agent.load(path)
                print(f"tick {tick}: now with {agent.checkpoint}")
        order = agent.act(states).float() - 2
        price = feed.mid()
        position += order
        cash -= order * price
        states, halted = feed.next()
        agent.post_interaction(halted)
        flat = halted.bool()
        cash[flat] += position[flat] * price[flat]
        position[flat] = 0
        if tick % 1000 == 0:
            print(tick, f"pnl {(cash + position * feed.mid()).sum():.2f}", f"gross {position.abs().sum():.0f}")


if __name__ == "__main__":
    main()
