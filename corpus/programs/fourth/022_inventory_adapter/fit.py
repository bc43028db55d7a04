import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from inventory.store_env import StoreEnv


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=1_000_000)
    ap.add_argument("--out", default="rppo_store")
    args = ap.parse_args()
    venv = make_vec_env(StoreEnv, n_envs=16, seed=0)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=365, batch_size=365 * 4, gamma=0.995, verbose=1)
    model.learn(args.steps)
    model.save(args.out)


if __name__ == "__main__":
    main()
