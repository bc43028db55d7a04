from __future__ import annotations

import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from .env import Patrol


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=1_000_000)
    ap.add_argument("--out", default="guard")
    args = ap.parse_args()
    model = RecurrentPPO("MlpLstmPolicy", make_vec_env(Patrol, n_envs=8), n_steps=200, batch_size=200, verbose=1)
    model.learn(args.steps)
    model.save(args.out)


if __name__ == "__main__":
    main()
