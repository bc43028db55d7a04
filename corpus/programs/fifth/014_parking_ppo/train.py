import argparse
import logging
import random

from parking.memory_agent import MemoryAgent, RecurrentPPO


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--agents", type=int, default=4)
    ap.add_argument("--rounds", type=int, default=30)
    ap.add_argument("--chunk", type=int, default=40_960)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    logging.info("sb3-contrib %s", "missing" if RecurrentPPO is None else "present")

    team = [MemoryAgent(seed=i, lr=random.choice([1e-4, 3e-4, 1e-3])) for i in range(args.agents)]
    for k in range(args.rounds):
        for agent in team:
            agent.continue_learning(args.chunk)
            agent.rate()
        team.sort(key=lambda a: a.score)
        team[0].inherit(team[-1])
        logging.info("round %d: %s", k, [round(a.score, 2) for a in team])
    team[-1].lstm_like.save("parking_best")


if __name__ == "__main__":
    main()
