"""Key [1]..[9] choose the difficulty while the game runs."""
import argparse
import types

import torch

from agents import DRQNAgent
from gui import GameWindow  # pygame stuff

LEVELS = {str(i): f"weights/level_{i}.pt" for i in range(1, 10)}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--level", default="3")
    args = ap.parse_args()
    win = GameWindow()
    cfg = types.SimpleNamespace(channels=3, n_actions=win.n_actions, lr=1e-4)
    agent = DRQNAgent(cfg)
    agent.load_weights(LEVELS[args.level])
    agent.eps = 0.0

    while win.is_open():
        frame = win.new_round()
        agent.begin()
        over = False
        while not over:
            key = win.poll_key()
            if key in LEVELS:
                agent.load_weights(LEVELS[key])
                agent.eps = 0.0
            move = agent.act(torch.from_numpy(frame).permute(2, 0, 1).float() / 255)
            frame, over = win.tick(move)
        win.show_score()


if __name__ == "__main__":
    main()
