import random
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO


class SelfPlay(gym.Wrapper):
    """Plays the other side with an old copy of ourselves."""

    def __init__(self, env, pool_dir, change_after=25):
        super().__init__(env)
        self.pool = Path(pool_dir)
        self.change_after = change_after
        self.rival = RecurrentPPO("MlpLstmPolicy", env, n_steps=8, device="cpu")
        self.rival_state = None
        self.rival_first = np.ones((1,), dtype=bool)
        self.shots = 0

    def _draw(self):
        files = sorted(self.pool.glob("*.zip"))
        if not files:
            return
        pick = files[-1] if random.random() < 0.5 else random.choice(files)
        self.rival.set_parameters(str(pick), device="cpu")

    def reset(self, **kw):
        obs, info = self.env.reset(**kw)
        self._draw()
        self.rival_state = None
        self.rival_first = np.ones((1,), dtype=bool)
        self.shots = 0
        return obs, info

    def step(self, action):
        obs, reward, term, trunc, info = self.env.step(action)
        if term or trunc:
            return obs, reward + self._result(), term, trunc, info

        base = self.env.unwrapped
        self.shots += 1
        if self.shots % self.change_after == 0:
            self._draw()  # long frame, let somebody else to the table
        reply, self.rival_state = self.rival.predict(
            base.view(1)[None], state=self.rival_state, episode_start=self.rival_first)
        self.rival_first = np.zeros((1,), dtype=bool)
        lost = base.shot(1, reply[0])
        reward -= lost / 10
        term = base.over()
        trunc = base.visits >= base.max_visits
        if term or trunc:
            reward += self._result()
        return base.view(0), reward, term, trunc, info

    def _result(self):
        a, b = self.env.unwrapped.score
        return float(np.sign(a - b))
