from __future__ import annotations

import os

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv, VecNormalize

OUT = "isoflux_runs"


class IsofluxEnv(gym.Env):
    """Keep boundary control points on their target while beta drifts."""

    N_POINTS, N_COILS = 5, 6

    def __init__(self) -> None:
        rng = np.random.default_rng(42)
        self.response = rng.normal(0, 0.05, (self.N_POINTS, self.N_COILS))
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (self.N_POINTS + 1,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (self.N_COILS,), np.float32)

    def _get(self) -> np.ndarray:
        return np.append(self.gap, self.beta).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.gap = self.np_random.normal(0, 0.2, self.N_POINTS)
        self.coil = np.zeros(self.N_COILS)
        self.beta, self.t = 1.0, 0
        return self._get(), {}

    def step(self, action):
        self.coil = 0.9 * self.coil + 0.1 * np.asarray(action)
        self.beta += self.np_random.normal(0, 0.02)
        self.gap = self.gap + self.response @ self.coil + 0.01 * (self.beta - 1.0)
        self.t += 1
        worst = float(np.abs(self.gap).max())
        return self._get(), 1.0 - worst, worst > 2.0, self.t >= 400, {}


def shots(model: RecurrentPPO, env: VecEnv, n: int) -> np.ndarray:
    obs = env.reset()
    lstm_states = None
    episode_start = np.ones((env.num_envs,), dtype=bool)
    totals, acc = [], np.zeros(env.num_envs)
    while len(totals) < n:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_start, deterministic=True
        )
        obs, reward, done, _ = env.step(action)
        episode_start = done
        acc += reward
        totals.extend(acc[done].tolist())
        acc[done] = 0.0
    return np.array(totals[:n])


class ShotEval(BaseCallback):
    def __init__(self, eval_env: VecNormalize, every: int, n_shots: int = 10) -> None:
        super().__init__(verbose=1)
        self.eval_env = eval_env
        self.every = every
        self.n_shots = n_shots
        self.best = -np.inf

    def _on_step(self) -> bool:
        if self.n_calls % self.every:
            return True
        train_env = self.model.get_vec_normalize_env()
        self.eval_env.obs_rms = train_env.obs_rms
        totals = shots(self.model, self.eval_env, self.n_shots)
        self.logger.record("shots/mean", float(totals.mean()))
        self.logger.record("shots/min", float(totals.min()))
        if totals.mean() > self.best:
            self.best = float(totals.mean())
            self.model.save(os.path.join(OUT, "best"))
            train_env.save(os.path.join(OUT, "best_norm.pkl"))
        return True


def main() -> None:
    os.makedirs(OUT, exist_ok=True)
    env = VecNormalize(DummyVecEnv([IsofluxEnv] * 6), norm_reward=True)
    eval_env = VecNormalize(DummyVecEnv([IsofluxEnv] * 2), training=False, norm_reward=False)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=200, batch_size=400, ent_coef=1e-3, verbose=1)
    model.learn(600_000, callback=ShotEval(eval_env, every=2_000))

    final = RecurrentPPO.load(os.path.join(OUT, "best"), device="cpu")
    test_env = VecNormalize.load(os.path.join(OUT, "best_norm.pkl"), DummyVecEnv([IsofluxEnv]))
    test_env.training, test_env.norm_reward = False, False
    print("best policy over 50 shots:", shots(final, test_env, 50).mean())


if __name__ == "__main__":
    main()
