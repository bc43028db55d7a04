"""Capture the flag on a small grid, two against two. Agents: red_0, red_1, green_0, green_1."""
import random
from typing import Dict, List, Tuple

SIZE = 9
AGENTS = ["red_0", "red_1", "green_0", "green_1"]
MOVES = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
OBS_SIZE = 7


class FlagField:
    def __init__(self, seed: int, limit: int = 250):
        self.random = random.Random(seed)
        self.limit = limit

    def reset(self) -> Dict[str, List[float]]:
        self.turn = 0
        self.flag = {"red": (0, self.random.randrange(SIZE)), "green": (SIZE - 1, self.random.randrange(SIZE))}
        self.carrier = {"red": None, "green": None}
        self.at: Dict[str, Tuple[int, int]] = {a: self._home(a) for a in AGENTS}
        return self._observe()

    def _home(self, agent):
        x = 0 if agent.startswith("red") else SIZE - 1
        return x, self.random.randrange(SIZE)

    def _observe(self):
        obs = {}
        for agent in AGENTS:
            team = agent.split("_")[0]
            foe = "green" if team == "red" else "red"
            x, y = self.at[agent]
            fx, fy = self.flag[foe]
            near = abs(fx - x) + abs(fy - y) <= 3
            enemies = [self.at[a] for a in AGENTS if a.startswith(foe)]
            close = min(abs(ex - x) + abs(ey - y) for ex, ey in enemies)
            obs[agent] = [
                (x if team == "red" else SIZE - 1 - x) / SIZE,
                y / SIZE,
                float(near),
                fy / SIZE if near else -1.0,
                min(close, 4) / 4,
                float(self.carrier[foe] == agent),
                self.turn / self.limit,
            ]
        return obs

    def step(self, actions: Dict[str, int]):
        for agent, action in actions.items():
            dx, dy = MOVES[action]
            if agent.startswith("green"):
                dx = -dx
            x, y = self.at[agent]
            self.at[agent] = (min(SIZE - 1, max(0, x + dx)), min(SIZE - 1, max(0, y + dy)))
        reward, done = 0.0, False
        for team, foe, sign in (("red", "green", 1.0), ("green", "red", -1.0)):
            base = 0 if team == "red" else SIZE - 1
            for agent in (f"{team}_0", f"{team}_1"):
                if self.carrier[foe] is None and self.at[agent] == self.flag[foe]:
                    self.carrier[foe] = agent
                    reward += 0.2 * sign
                tagged = any(self.at[agent] == self.at[f"{foe}_{i}"] for i in (0, 1))
                if self.carrier[foe] == agent and tagged:
                    self.carrier[foe] = None
                    self.at[agent] = self._home(agent)
                if self.carrier[foe] == agent and self.at[agent][0] == base:
                    reward += sign
                    done = True
        self.turn += 1
        return self._observe(), reward, done or self.turn >= self.limit
