import argparse
import os

import gymnasium as gym
import yaml
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecMonitor, VecNormalize

from rewind import RewindCallback

DEFAULTS = {
    "env": "BipedalWalkerHardcore-v3",
    "n_envs": 16,
    "total": 30_000_000,
    "ppo": {"n_steps": 256, "batch_size": 256, "learning_rate": 3e-4, "gae_lambda": 0.95, "ent_coef": 0.001},
    "policy": {"lstm_hidden_size": 64, "ortho_init": False, "net_arch": [64]},
    "rewind": {"drop": 0.3, "patience": 10},
}


def read_config(path):
    cfg = dict(DEFAULTS)
    if path:
        with open(path) as f:
            cfg.update(yaml.safe_load(f) or {})
    return cfg


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config")
    parser.add_argument("--name", default="walker")
    args = parser.parse_args()
    cfg = read_config(args.config)

    out = os.path.join("logs", args.name)
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "config.yml"), "w") as f:
        yaml.safe_dump(cfg, f)

    env = VecNormalize(VecMonitor(make_vec_env(lambda: gym.make(cfg["env"]), n_envs=cfg["n_envs"])))
    model = RecurrentPPO("MlpLstmPolicy", env, policy_kwargs=cfg["policy"], tensorboard_log=out, verbose=1, **cfg["ppo"])
    callbacks = CallbackList([
        RewindCallback(**cfg["rewind"]),
        CheckpointCallback(save_freq=100_000 // cfg["n_envs"], save_path=out, name_prefix="walker"),
    ])
    try:
        model.learn(cfg["total"], callback=callbacks)
    except KeyboardInterrupt:
        print("stopped")
    model.save(os.path.join(out, "final"))
    env.save(os.path.join(out, "vecnormalize.pkl"))


if __name__ == "__main__":
    main()
