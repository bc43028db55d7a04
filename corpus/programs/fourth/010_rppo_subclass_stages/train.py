import argparse

import gymnasium as gym
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv, VecNormalize

from stages import StagedRecurrentPPO


class HideVelocity(gym.ObservationWrapper):
    """Only positions: the agent has to remember."""

    def __init__(self, env, keep):
        super().__init__(env)
        self.keep = list(keep)
        box = env.observation_space
        self.observation_space = gym.spaces.Box(box.low[self.keep], box.high[self.keep], dtype=box.dtype)

    def observation(self, obs):
        return obs[self.keep]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n-envs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default="staged_rppo")
    args = parser.parse_args()

    venv = make_vec_env(
        "Walker2d-v5",
        n_envs=args.n_envs,
        seed=args.seed,
        wrapper_class=HideVelocity,
        wrapper_kwargs={"keep": range(8)},
        vec_env_cls=SubprocVecEnv,
    )
    venv = VecNormalize(venv, gamma=0.99)
    model = StagedRecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=1024,
        gae_lambda=0.95,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log="runs",
        seed=args.seed,
        verbose=1,
        stage_dir=f"{args.out}_stages",
    )
    model.learn_in_stages([(1_500_000, 3e-4, 0.01), (1_500_000, 1e-4, 0.003), (1_000_000, 3e-5, 0.0)])
    model.save(args.out)
    venv.save(args.out + "_vecnormalize.pkl")


if __name__ == "__main__":
    main()
