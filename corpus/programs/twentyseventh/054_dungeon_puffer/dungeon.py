import gymnasium
import numpy as np
import pufferlib.emulation


class DungeonFloor(gymnasium.Env):
    """Rooms in a row with monsters, potions and a boss behind the last door."""

    def __init__(self, rooms=12, seed=None):
        self.rooms = rooms
        self.rng = np.random.default_rng(seed)
        self.observation_space = gymnasium.spaces.Box(0, 1, (6,), np.float32)
        self.action_space = gymnasium.spaces.Discrete(4)  # fight, sneak, drink, next

    def reset(self, seed=None, options=None):
        self.room, self.hp, self.potions, self.turn = 0, 10, 2, 0
        self.loud = 0.0
        self._enter()
        return self._obs(), {}

    def _enter(self):
        self.monster = int(self.rng.integers(0, 4)) + (4 if self.room == self.rooms - 1 else 0)

    def _obs(self):
        seen = self.monster if self.rng.random() < 0.5 else 0
        return np.array([self.room / self.rooms, self.hp / 10, self.potions / 5, seen / 8, self.loud, self.turn / 200], np.float32)

    def step(self, a):
        r = 0.0
        self.turn += 1
        if a == 0:
            self.loud = 1.0
            self.hp -= int(self.rng.integers(0, 1 + self.monster))
            self.monster, r = 0, 0.2 * self.monster
        elif a == 1:
            self.loud *= 0.5
        elif a == 2 and self.potions:
            self.potions -= 1
            self.hp = min(10, self.hp + 4)
        elif a == 3:
            if self.monster and self.rng.random() < 0.3 + 0.5 * self.loud:
                self.hp -= self.monster
            self.room += 1
            r = 0.5
            if self.room < self.rooms:
                self._enter()
        dead, out = self.hp <= 0, self.room >= self.rooms
        r += 5.0 * out - 2.0 * dead
        return self._obs(), r, bool(dead or out), self.turn >= 200, {}


def make_env(buf=None, **kwargs):
    return pufferlib.emulation.GymnasiumPufferEnv(env_creator=DungeonFloor, env_kwargs=kwargs, buf=buf)
