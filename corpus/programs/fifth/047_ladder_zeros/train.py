import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from climbing.grades import GradeLadder
from climbing.walls import Wall


def main() -> None:
    ap = argparse.ArgumentParser(description="Bouldering in grades")
    ap.add_argument("--steps", type=int, default=3_000_000)
    ap.add_argument("--window", type=int, default=200)
    ns = ap.parse_args()
    model = RecurrentPPO(
        "MlpLstmPolicy",
        make_vec_env(Wall, n_envs=16),
        n_steps=128,
        batch_size=512,
        policy_kwargs={"lstm_hidden_size": 64, "n_lstm_layers": 1},
        verbose=1,
    )
    model.learn(ns.steps, callback=[GradeLadder(window=ns.window), CheckpointCallback(20_000, "climb_ckpt")])
    model.save("climber")


if __name__ == "__main__":
    main()
