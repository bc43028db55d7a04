import argparse
import collections

import numpy as np

from hero import HeroPolicy


class Dungeon:
    def __init__(self, depth=10, seed=None):
        self.depth = depth
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.level, self.hp, self.food, self.t = 1, 20, 300, 0
        self._enter()
        return self._obs()

    def _enter(self):
        self.map = self.rng.integers(0, 8, size=(21, 21))
        self.pos = np.array([10, 10])
        self.stairs = self.rng.integers(3, 18, size=2)
        self.monster = self.rng.integers(3, 18, size=2)

    def _obs(self):
        y, x = self.pos
        view = self.map[y - 3: y + 4, x - 3: x + 4].copy()
        return {"view": view, "stats": np.array([self.hp / 20, self.food / 300, self.level / self.depth])}

    def danger(self):
        return np.abs(self.monster - self.pos).max()

    def step(self, a):
        self.t += 1
        self.food -= 1
        self.pos = np.clip(self.pos + np.array([a // 3 - 1, a % 3 - 1]), 3, 17)
        self.monster = np.clip(self.monster + np.sign(self.pos - self.monster) * self.rng.integers(0, 2), 3, 17)
        if self.danger() == 0:
            self.hp -= int(self.rng.integers(0, 4))
        if (self.pos == self.stairs).all():
            self.level += 1
            self._enter()
        return self._obs(), self.hp <= 0 or self.food <= 0 or self.level > self.depth


def choose_mode(dungeon):
    if dungeon.danger() <= 2:
        return "fight" if dungeon.hp > 7 else "flee"
    return "explore"


def play(dungeon, hero, greedy):
    obs = dungeon.reset()
    hero.new_game()
    used = collections.Counter()
    dead = False
    while not dead:
        hero.swap_policy(choose_mode(dungeon))
        used[hero.mode] += 1
        obs, dead = dungeon.step(hero.act(obs, greedy))
    return dungeon.level, used


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--greedy", action="store_true")
    opts = parser.parse_args()
    hero = HeroPolicy(opts.folder)
    levels = []
    for game in range(opts.games):
        level, used = play(Dungeon(seed=game), hero, opts.greedy)
        levels.append(level)
        print(game, level, dict(used))
    print("mean level", np.mean(levels))
