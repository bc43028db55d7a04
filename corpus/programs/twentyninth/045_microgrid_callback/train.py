import argparse
import os

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from microgrid import Microgrid


class CollapseGuard(BaseCallback):
    """Keeps the best parameters on disk and goes back to them when the return collapses."""

    def __init__(self, path: str, check_every: int = 3000, tolerance: float = 0.35, verbose: int = 1):
        super().__init__(verbose)
        self.path = path
        self.check_every = check_every
        self.tolerance = tolerance
        self.best = -np.inf
        self.rollbacks = 0

    def _blank_states(self) -> RNNStates:
        lstm = self.model.policy.lstm_actor
        shape = (lstm.num_layers, self.training_env.num_envs, lstm.hidden_size)
        z = lambda: th.zeros(shape, device=self.model.device)
        return RNNStates((z(), z()), (z(), z()))

    def _on_step(self) -> bool:
        if self.n_calls % self.check_every or len(self.model.ep_info_buffer) < 20:
            return True
        mean = float(np.mean([ep["r"] for ep in self.model.ep_info_buffer]))
        if mean >= self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.tolerance * abs(self.best):
            self.model.set_parameters(self.path, device=self.model.device)
            self.model._last_lstm_states = self._blank_states()
            self.model.ep_info_buffer.clear()
            self.rollbacks += 1
            if self.verbose:
                print(f"[guard] {mean:.1f} against {self.best:.1f}: rollback {self.rollbacks}")
        self.logger.record("guard/best", self.best)
        return True


def evaluate(model, episodes=10):
    env = Microgrid()
    totals = []
    for k in range(episodes):
        obs, _ = env.reset(seed=1000 + k)
        state, start, total, over = None, np.ones((1,), dtype=bool), 0.0, False
        while not over:
            action, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(action)
            over = term or trunc
            start = np.array([over])
            total += r
        totals.append(total)
    return np.mean(totals)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=2_000_000)
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--out", default="runs/microgrid")
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)
    venv = make_vec_env(Microgrid, n_envs=args.envs)
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=256, batch_size=256, learning_rate=1e-3,
        policy_kwargs=dict(lstm_hidden_size=64, enable_critic_lstm=True), verbose=1,
    )
    model.learn(args.steps, callback=CollapseGuard(os.path.join(args.out, "best.zip")))
    print("mean return", evaluate(model))


if __name__ == "__main__":
    main()
