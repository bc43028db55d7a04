import argparse
import io

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.utils import safe_mean

from cascade_env import CascadeEnv


class RevertOnCollapse(BaseCallback):
    """Keeps the best parameters in memory and takes them again when the mean reward has collapsed."""

    def __init__(self, check_every=20, factor=0.6, verbose=1):
        super().__init__(verbose)
        self.check_every = check_every
        self.factor = factor
        self.best = -np.inf
        self.saved = None
        self.n = 0

    def _on_step(self):
        return True

    def _on_rollout_start(self):
        self.n += 1
        if self.n % self.check_every or not self.model.ep_info_buffer:
            return
        mean = safe_mean([ep["r"] for ep in self.model.ep_info_buffer])
        if mean > self.best:
            self.best = mean
            self.saved = io.BytesIO()
            self.model.save(self.saved)
        elif self.saved is not None and mean < self.best - self.factor * abs(self.best):
            if self.verbose:
                print(f"[{self.num_timesteps}] {mean:.1f} < {self.best:.1f}, reverting")
            self.saved.seek(0)
            self.model.set_parameters(self.saved, device=self.model.device)
            self.fresh_states()
            self.model.ep_info_buffer.clear()

    def fresh_states(self):
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(x) for x in old.pi),
            tuple(th.zeros_like(x) for x in old.vf),
        )


def test(model, episodes, storm):
    env = CascadeEnv(storm=storm)
    scores = []
    for ep in range(episodes):
        obs, _ = env.reset(seed=1000 + ep)
        states, start, total, done = None, np.array([True]), 0.0, False
        while not done:
            action, states = model.predict(obs, state=states, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(action)
            done = term or trunc
            start = np.array([done])
            total += r
        scores.append(total)
    return np.mean(scores), np.std(scores)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=3_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--storm", action="store_true")
    args = parser.parse_args()

    venv = make_vec_env(CascadeEnv, n_envs=args.n_envs, env_kwargs={"storm": args.storm})
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=128, gamma=0.995, verbose=1)
    model.learn(args.timesteps, callback=RevertOnCollapse())
    print("calm  %.1f +- %.1f" % test(model, 10, False))
    print("storm %.1f +- %.1f" % test(model, 10, True))
    model.save("cascade")
