"""RecurrentPPO on a pulsed engraving laser with drifting optics, with rollback on collapse."""
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

OUT = Path("engrave_runs")


class Engraver(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, pulses=150):
        self.pulses = pulses
        self.observation_space = gym.spaces.Box(-5, 5, shape=(4,), dtype=np.float32)
        self.action_space = gym.spaces.Discrete(5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.n = 0
        self.focus = self.np_random.normal(0, 0.3)
        self.drift = self.np_random.normal(0, 0.02)
        self.level = 2
        self.depth = 0.0
        self.goal = self.np_random.uniform(0.3, 0.9)
        return self.see(0.0), {}

    def see(self, err):
        camera = err if self.n % 3 == 0 else 0.0
        return np.array([camera, self.goal, self.level / 4, self.n / self.pulses], dtype=np.float32)

    def step(self, action):
        self.n += 1
        self.focus += self.drift
        self.level = int(action)
        self.depth = (self.level / 4) * np.exp(-self.focus**2)
        err = self.depth - self.goal
        if self.np_random.random() < 0.03:
            self.goal = self.np_random.uniform(0.3, 0.9)
        return self.see(err), -abs(float(err)), False, self.n >= self.pulses, {}


class Rollback(BaseCallback):
    def __init__(self, every=20, tolerance=0.15, verbose=1):
        super().__init__(verbose)
        self.every = every
        self.tolerance = tolerance
        self.rollouts = 0
        self.best_score = -np.inf
        self.best_file = OUT / "best_params.zip"

    def _score(self):
        if len(self.model.ep_info_buffer) == 0:
            return None
        return float(np.mean([ep["r"] for ep in self.model.ep_info_buffer]))

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        score = self._score()
        if score is None or self.rollouts % self.every:
            return
        if score >= self.best_score:
            self.best_score = score
            self.model.save(self.best_file)
        elif score < self.best_score - self.tolerance * abs(self.best_score):
            self.model.set_parameters(str(self.best_file), exact_match=True)
            if hasattr(self.model, "reset_lstm_states"):
                self.model.reset_lstm_states()
            self.logger.record("rollback/score", score)
            if self.verbose:
                print(f"rollback at {self.num_timesteps}: {score:.2f} < {self.best_score:.2f}")

    def _on_step(self) -> bool:
        return True


def make(rank):
    def _init():
        env = Monitor(Engraver())
        env.reset(seed=rank)
        return env

    return _init


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    venv = DummyVecEnv([make(i) for i in range(6)])
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=200,
        batch_size=300,
        n_epochs=8,
        learning_rate=1e-3,
        policy_kwargs={"lstm_hidden_size": 48, "shared_lstm": False, "enable_critic_lstm": True},
        tensorboard_log=str(OUT / "tb"),
    )
    saver = CheckpointCallback(save_freq=20_000, save_path=str(OUT), name_prefix="engrave")
    model.learn(1_500_000, callback=CallbackList([Rollback(), saver]))
    model.save(OUT / "final")
