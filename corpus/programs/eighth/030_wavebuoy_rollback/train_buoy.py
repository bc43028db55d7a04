"""Latching control of a wave energy buoy with RecurrentPPO, with a safety net for collapses."""
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv


class BuoyEnv(gym.Env):
    def __init__(self, sea_state: float = 1.0):
        self.sea_state = sea_state
        self.observation_space = gym.spaces.Box(-10, 10, (2,), np.float32)
        self.action_space = gym.spaces.Discrete(2)  # 0 free, 1 latched

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.periods = self.np_random.uniform(5, 12, size=4)
        self.phases = self.np_random.uniform(0, 2 * np.pi, size=4)
        self.heave = 0.0
        self.speed = 0.0
        self.time = 0.0
        return self._sense(), {}

    def _wave(self):
        return self.sea_state * float(np.sin(2 * np.pi * self.time / self.periods + self.phases).sum())

    def _sense(self):
        return np.array([self.heave, self.speed], dtype=np.float32).clip(-10, 10)

    def step(self, action):
        self.time += 0.2
        if int(action) == 1:
            self.speed = 0.0
        else:
            self.speed += 0.2 * (self._wave() - 1.2 * self.heave - 0.5 * self.speed)
            self.heave += 0.2 * self.speed
        power = 0.5 * self.speed ** 2
        return self._sense(), float(power), False, self.time >= 240, {}


class CollapseGuard(BaseCallback):
    """Watches the return; the restoring itself is done between rollouts."""

    def __init__(self, folder: Path, patience: int = 5):
        super().__init__(verbose=1)
        self.file = folder / "guard_best.zip"
        self.patience = patience
        self.best = -np.inf
        self.bad_rollouts = 0
        self.restore_due = False

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        infos = self.model.ep_info_buffer
        if not infos:
            return
        current = float(np.mean([i["r"] for i in infos]))
        if current >= self.best:
            self.best = current
            self.bad_rollouts = 0
            self.model.save(self.file)
        else:
            self.bad_rollouts += current < 0.5 * self.best
        if self.bad_rollouts >= self.patience:
            self.restore_due = True
            self.bad_rollouts = 0

    def _on_rollout_start(self) -> None:
        if not self.restore_due:
            return
        self.restore_due = False
        self.model.set_parameters(str(self.file))
        # still before collect_rollouts copies the states, so these zeros are the ones it uses
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            pi=tuple(th.zeros_like(s) for s in old.pi),
            vf=tuple(th.zeros_like(s) for s in old.vf),
        )
        print(f"collapse: parameters restored ({self.best:.1f})")


def make(rank: int):
    def thunk():
        return Monitor(BuoyEnv(sea_state=0.6 + 0.1 * rank))

    return thunk


if __name__ == "__main__":
    out = Path("buoy_out")
    out.mkdir(exist_ok=True)
    vec_env = SubprocVecEnv([make(i) for i in range(8)])
    model = RecurrentPPO("MlpLstmPolicy", vec_env, n_steps=300, batch_size=300, gamma=0.997, verbose=1)
    model.learn(2_000_000, callback=CollapseGuard(out))
    model.save(out / "buoy_last")
