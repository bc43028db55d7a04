import argparse

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from guard import CollapseGuard


class NoVelocity(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.observation_space = spaces.Box(-1.0, 1.0, (2,), np.float32)

    def observation(self, obs):
        return obs[:2].astype(np.float32)


def make():
    return NoVelocity(gym.make("Pendulum-v1"))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=1_500_000)
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", default="runs/swingup")
    args = ap.parse_args()

    venv = make_vec_env(make, n_envs=args.envs, seed=args.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=512,
        batch_size=512,
        gamma=0.95,
        gae_lambda=0.95,
        learning_rate=1e-3,
        use_sde=True,
        sde_sample_freq=4,
        policy_kwargs=dict(lstm_hidden_size=64, enable_critic_lstm=True),
        seed=args.seed,
        verbose=1,
    )
    model.learn(args.steps, callback=CollapseGuard(args.out))
    model.save(f"{args.out}/final")

    mean, std = evaluate_policy(model, make_vec_env(make, n_envs=1), n_eval_episodes=20)
    print(f"final: {mean:.1f} +- {std:.1f}")


if __name__ == "__main__":
    main()
