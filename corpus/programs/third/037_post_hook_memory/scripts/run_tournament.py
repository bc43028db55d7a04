import argparse
import logging
import random

import torch
from bandits.tournament import Entrant, Tournament

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--entrants", type=int, default=5)
    ap.add_argument("--seasons", type=int, default=100)
    ap.add_argument("--updates", type=int, default=200)
    ap.add_argument("--arms", type=int, default=5)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(0)
    crew = [Entrant(f"e{i}", 64, args.arms, 10 ** random.uniform(-4, -2.5)) for i in range(args.entrants)]
    winner = Tournament(crew).run(args.seasons, args.updates)
    torch.save(winner.policy.state_dict(), f"{winner.name}.pt")
