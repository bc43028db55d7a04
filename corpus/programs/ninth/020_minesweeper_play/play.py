import sys
import time

import torch

from game import WindowedMines
from qnet import MineQNet

CHARS = ".12345678#F"


def draw(env):
    print("\033[H\033[J", end="")
    for r in range(env.n):
        line = ""
        for c in range(env.n):
            ch = CHARS[env.shown[r, c]]
            line += f"[{ch}]" if [r, c] == env.cur else f" {ch} "
        print(line)


def main(path, games=100, render=False):
    env = WindowedMines()
    net = MineQNet(window=env.w)
    net.load_state_dict(torch.load(path, map_location="cpu"))
    net.eval()

    won = 0
    scores = []
    for g in range(games):
        obs = env.reset()
        hidden = net.init_hidden()
        done, score = False, 0.0
        while not done:
            with torch.no_grad():
                q, _ = net(torch.from_numpy(obs).unsqueeze(0), hidden)
            action = int(q.argmax(dim=1))
            obs, reward, done, info = env.step(action)
            score += reward
            if render:
                draw(env)
                time.sleep(0.05)
        won += info["won"]
        scores.append(score)
        print(f"game {g + 1}: {score:.2f} {'won' if info['won'] else 'lost'}")
    print(f"won {won}/{games}, mean score {sum(scores) / games:.2f}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: play.py weights.pt [render]")
    main(sys.argv[1], render="render" in sys.argv[2:])
