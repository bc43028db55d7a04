"""RecurrentPPO on a heliostat: keep the mirror's spot on the receiver although the encoder drifts."""
import argparse
import pathlib

import gymnasium
import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv


class HeliostatEnv(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, shape=(2,), dtype=np.float32)
    action_space = gymnasium.spaces.Box(-1, 1, shape=(1,), dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.drift = self.np_random.normal(0, 0.1)
        self.mirror = 0.0
        return self.measure(), {}

    def measure(self):
        return np.array([self.mirror + self.drift, self.spot()], dtype=np.float32)

    def spot(self):
        wanted = 0.5 * np.sin(self.k / 150)
        return float(np.exp(-20 * (self.mirror - wanted) ** 2))

    def step(self, action):
        self.mirror += 0.02 * float(action[0])
        self.drift += self.np_random.normal(0, 0.002)
        self.k += 1
        return self.measure(), self.spot(), False, self.k >= 500, {}


class FieldWeights(BaseCallback):
    """Takes over parameters that another site dropped into the exchange folder."""

    def __init__(self, folder):
        super().__init__()
        self.folder = pathlib.Path(folder)
        self.seen = set()

    def _on_step(self):
        return True

    def _on_rollout_start(self):
        offers = sorted(p for p in self.folder.glob("*.zip") if p.name not in self.seen)
        if not offers:
            return
        self.seen.update(p.name for p in offers)
        self.model.set_parameters(str(offers[-1]), device=self.model.device)
        self.clear_memory()
        self.logger.record("field/taken", len(self.seen))

    def clear_memory(self):
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(s) for s in old.pi),
            tuple(th.zeros_like(s) for s in old.vf),
        )


def test(model, n=10):
    env = HeliostatEnv()
    totals = []
    for seed in range(n):
        obs, _ = env.reset(seed=1000 + seed)
        state, first, total, over = None, np.ones(1, dtype=bool), 0.0, False
        while not over:
            act, state = model.predict(obs, state=state, episode_start=first, deterministic=True)
            obs, r, term, trunc, _ = env.step(act)
            first = np.zeros(1, dtype=bool)
            total += r
            over = term or trunc
        totals.append(total)
    return np.mean(totals)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--exchange", default="exchange")
    ap.add_argument("--site", default="north")
    ap.add_argument("--rounds", type=int, default=20)
    a = ap.parse_args()
    venv = DummyVecEnv([lambda: Monitor(HeliostatEnv()) for _ in range(4)])
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, learning_rate=1e-3, verbose=1)
    exchange = FieldWeights(a.exchange)
    for i in range(a.rounds):
        model.learn(50_000, callback=exchange, reset_num_timesteps=False)
        print(a.site, i, "test return", test(model))
    model.save(f"{a.site}.zip")
