import argparse

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env


class PlasmaShape(gym.Env):
    """Linearised plasma: elongation, triangularity and vertical position driven by four coils."""

    A = np.array([[0.98, 0.01, 0.02], [0.0, 0.97, 0.01], [0.01, 0.0, 1.02]])
    B = np.array([[0.03, -0.01, 0.02, 0.0], [0.01, 0.03, 0.0, -0.02], [0.02, 0.0, -0.02, 0.03]])

    def __init__(self, noise=0.01, horizon=500):
        self.observation_space = gym.spaces.Box(-10, 10, (6,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (4,), np.float32)
        self.noise, self.horizon = noise, horizon

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x = self.np_random.normal(0, 0.1, 3)
        self.ref = self.np_random.uniform([-0.3, -0.2, -0.1], [0.3, 0.2, 0.1])
        self.k = 0
        return self._flux(), {}

    def _flux(self):
        meas = self.x + self.np_random.normal(0, self.noise, 3)
        return np.concatenate([meas, self.ref]).astype(np.float32)

    def step(self, action):
        self.x = self.A @ self.x + self.B @ np.asarray(action)
        self.k += 1
        err = np.abs(self.x - self.ref).sum()
        disrupted = bool(abs(self.x[2]) > 1.0)
        reward = float(np.exp(-5 * err)) - (20.0 if disrupted else 0.0)
        return self._flux(), reward, disrupted, self.k >= self.horizon, {"err": err}


def train(args):
    venv = make_vec_env(PlasmaShape, n_envs=8, seed=args.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=256, batch_size=512, gae_lambda=0.95, learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=64, enable_critic_lstm=True), verbose=1, seed=args.seed,
    )
    model.learn(total_timesteps=args.steps)
    model.save(args.model)


def evaluate(args):
    venv = make_vec_env(PlasmaShape, n_envs=args.shots, seed=args.seed + 1000)
    model = RecurrentPPO.load(args.model, device="cpu")
    obs = venv.reset()
    states = None
    episode_starts = np.ones((venv.num_envs,), dtype=bool)
    running = np.zeros(venv.num_envs)
    finished, errors = [], []
    while len(finished) < args.episodes:
        actions, states = model.predict(obs, state=states, episode_start=episode_starts, deterministic=True)
        obs, rewards, dones, infos = venv.step(actions)
        running += rewards
        errors.append(np.mean([i["err"] for i in infos]))
        for i in np.flatnonzero(dones):
            finished.append(running[i])
            running[i] = 0.0
    print(f"return {np.mean(finished):.2f} +- {np.std(finished):.2f}, shape error {np.mean(errors):.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["train", "eval"])
    parser.add_argument("--model", default="shape_rppo")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--shots", type=int, default=4)
    parser.add_argument("--episodes", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    a = parser.parse_args()
    train(a) if a.mode == "train" else evaluate(a)
