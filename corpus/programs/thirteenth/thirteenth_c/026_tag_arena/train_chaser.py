import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from tag_env import TagEnv


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--runners", default="runners")
    ap.add_argument("--out", default="chasers")
    ap.add_argument("--steps", type=int, default=2_000_000)
    ap.add_argument("--envs", type=int, default=8)
    args = ap.parse_args()

    venv = make_vec_env(TagEnv, n_envs=args.envs, env_kwargs={"runner_dir": args.runners})
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, verbose=1)
    keep = CheckpointCallback(save_freq=20_000, save_path=args.out, name_prefix="chaser")
    model.learn(total_timesteps=args.steps, callback=keep)
    model.save(f"{args.out}/chaser_final")


if __name__ == "__main__":
    main()
