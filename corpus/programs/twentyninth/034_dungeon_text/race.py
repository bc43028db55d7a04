"""Train with REINFORCE; a rival drawn from earlier checkpoints plays the same dungeon and sets the par."""
import glob
import os
import random

import torch

from agent import Adventurer
from dungeon import Dungeon

OUT = "ckpt"


def game(player, seed, temperature=1.0):
    env = Dungeon(seed)
    mind = player.play(temperature)
    next(mind)
    scene, total, logps, done = env.start(), 0.0, [], False
    while not done:
        i, lp = mind.send(scene)
        scene, r, done = env.act(scene[1][i])
        total += r
        logps.append(lp)
    mind.close()
    return total, torch.stack(logps)


def main():
    os.makedirs(OUT, exist_ok=True)
    hero, rival = Adventurer(), Adventurer()
    opt = torch.optim.RMSprop(hero.parameters(), lr=1e-4)
    for n in range(5000):
        if n % 250 == 0:
            torch.save(hero.state_dict(), f"{OUT}/hero_{n:05d}.pt")
        if n % 25 == 0:
            rival.load_state_dict(torch.load(random.choice(sorted(glob.glob(f"{OUT}/hero_*.pt")))))
        seed = random.randrange(1 << 30)
        with torch.no_grad():
            par, _ = game(rival, seed, temperature=0.5)
        score, logps = game(hero, seed)
        loss = -(score - par) * logps.sum()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(hero.parameters(), 1.0)
        opt.step()
        if n % 50 == 0:
            print(n, round(score, 2), round(par, 2))


if __name__ == "__main__":
    main()
