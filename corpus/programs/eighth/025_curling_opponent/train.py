import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from curling_env import CurlingEnv
from selfplay import SelfPlayCallback


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=2_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="runs/curling")
    args = parser.parse_args()

    env = make_vec_env(CurlingEnv, n_envs=args.n_envs, seed=args.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        learning_rate=2.5e-4,
        gamma=0.995,
        ent_coef=0.003,
        policy_kwargs=dict(lstm_hidden_size=128, n_lstm_layers=1),
        seed=args.seed,
        verbose=1,
    )
    callback = SelfPlayCallback(f"{args.out}/snapshots", verbose=1)
    model.learn(total_timesteps=args.timesteps, callback=callback)
    model.save(f"{args.out}/final")


if __name__ == "__main__":
    main()
