"""Train a recurrent PPO agent on a market with regimes."""
import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env


class RegimeMarket(gym.Env):
    def __init__(self, length=2000):
        self.length = length
        self.action_space = spaces.Discrete(3)
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.position, self.ret = 0, 0, 0.0
        self.drift = self.np_random.normal(0, 0.2)
        return self._obs(), {}

    def _obs(self):
        return np.array([self.ret, self.position, self.t / self.length], dtype=np.float32)

    def step(self, action):
        changed = self.np_random.random() < 0.005
        if changed:
            self.drift = self.np_random.normal(0, 0.2)
        new_pos = int(action) - 1
        cost = 0.02 * abs(new_pos - self.position)
        self.position = new_pos
        self.ret = self.drift + self.np_random.normal(0, 0.5)
        self.t += 1
        reward = self.position * self.ret - cost
        return self._obs(), float(reward), False, self.t >= self.length, {"regime_change": changed}


class RegimeResetCallback(BaseCallback):
    """Forget the past when the market switches its regime."""

    def __init__(self, verbose=0):
        super().__init__(verbose)
        self.n_changes = 0

    def _on_step(self) -> bool:
        changed = np.array([info["regime_change"] for info in self.locals["infos"]])
        if changed.any():
            self.n_changes += int(changed.sum())
            self.model._last_episode_starts = np.logical_or(self.locals["dones"], changed)
            if self.verbose:
                print(f"{self.num_timesteps}: regime change in envs {np.flatnonzero(changed)}")
        return True

    def _on_rollout_end(self) -> None:
        self.logger.record("market/regime_changes", self.n_changes)


def evaluate(model, episodes=10):
    env = RegimeMarket()
    totals = []
    for ep in range(episodes):
        obs, _ = env.reset(seed=1000 + ep)
        states, start = None, np.ones((1,), dtype=bool)
        done, total = False, 0.0
        while not done:
            action, states = model.predict(obs, state=states, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(action)
            done = term or trunc
            start = np.array([done])
            total += r
        totals.append(total)
    return np.mean(totals), np.std(totals)


def main():
    venv = make_vec_env(RegimeMarket, n_envs=8, seed=3)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, ent_coef=0.003,
                         policy_kwargs=dict(lstm_hidden_size=64), verbose=1)
    model.learn(1_000_000, callback=CallbackList([
        RegimeResetCallback(verbose=1),
        CheckpointCallback(50_000, "ckpt"),
    ]))
    model.save("regime_ppo")
    print("eval %.2f +- %.2f" % evaluate(model))


if __name__ == "__main__":
    main()
