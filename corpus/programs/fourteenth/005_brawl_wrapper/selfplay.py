from pathlib import Path

import gymnasium as gym
import torch
from sb3_contrib.ppo_recurrent import MlpLstmPolicy


class PoolOpponent(gym.Wrapper):
    """Turns the two-sided Brawl into a one-sided env, side 1 is played by a policy from the pool dir."""

    def __init__(self, env, pool_dir, change_prob=0.35):
        super().__init__(env)
        self.pool_dir = Path(pool_dir)
        self.change_prob = change_prob
        self.opponent = MlpLstmPolicy(env.observation_space, env.action_space, lambda _: 0.0, lstm_hidden_size=64)
        self.opponent.set_training_mode(False)
        self.opp_state = None

    def _draw(self):
        files = sorted(self.pool_dir.glob("*.pt"))
        if not files:
            return
        # half of the time the newest one
        if self.np_random.random() < 0.5:
            path = files[-1]
        else:
            path = files[int(self.np_random.integers(len(files)))]
        self.opponent.load_state_dict(torch.load(path, map_location="cpu"))

    def reset(self, **kwargs):
        obs, info = self.env.reset(**kwargs)
        self._draw()
        self.opp_state = None
        return obs, info

    def step(self, action):
        theirs, self.opp_state = self.opponent.predict(self.env.unwrapped.view(1), state=self.opp_state)
        obs, reward, term, trunc, info = self.env.step((int(action), int(theirs)))
        if info["round_over"] and self.np_random.random() < self.change_prob:
            self._draw()
        return obs, reward, term, trunc, info
