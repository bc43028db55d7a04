import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from callbacks import BestLapRollback
from track_env import RacingLine


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=3_000_000)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--out", default="racing_line")
    args = p.parse_args()

    env = make_vec_env(RacingLine, n_envs=args.envs, seed=args.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=256, batch_size=256, n_epochs=5, gamma=0.99, gae_lambda=0.95,
        learning_rate=3e-4, policy_kwargs=dict(lstm_hidden_size=128), seed=args.seed, verbose=1,
    )
    model.learn(args.steps, callback=BestLapRollback(check_freq=1000))
    model.save(args.out)


if __name__ == "__main__":
    main()
