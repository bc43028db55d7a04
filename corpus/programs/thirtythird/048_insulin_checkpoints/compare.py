"""Time in range of each checkpoint of a run."""
import csv
import pathlib
import re

import hydra
import numpy as np
from omegaconf import DictConfig
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from patient_env import BergmanPatient


def train(cfg):
    env = make_vec_env(BergmanPatient, n_envs=cfg.train.n_envs, seed=cfg.seed)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=288, batch_size=288, ent_coef=0.005, seed=cfg.seed)
    keep = CheckpointCallback(save_freq=cfg.train.save_every, save_path=cfg.folder, name_prefix="bergman")
    model.learn(cfg.train.timesteps, callback=keep)
    model.save(pathlib.Path(cfg.folder) / "final")


def time_in_range(model, env, n_days):
    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((env.num_envs,), dtype=bool)
    glucose, lows, days = [], 0, 0
    while days < n_days:
        actions, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, _, dones, infos = env.step(actions)
        episode_starts = dones
        glucose.extend(info["G"] for info in infos)
        days += int(dones.sum())
        lows += sum(d and not info["TimeLimit.truncated"] for d, info in zip(dones, infos))
    g = np.array(glucose)
    return float(np.mean((g >= 70) & (g <= 180))), lows / days


def steps_of(path):
    return int(re.search(r"_(\d+)_steps", path.stem).group(1))


@hydra.main(version_base=None, config_path="conf", config_name="compare")
def main(cfg: DictConfig) -> None:
    folder = pathlib.Path(cfg.folder)
    if cfg.get("train"):
        train(cfg)
    env = make_vec_env(BergmanPatient, n_envs=cfg.eval.n_envs, seed=cfg.seed + 1000)
    model = RecurrentPPO.load(folder / "final", env=env)
    rows = []
    for path in sorted(folder.glob("bergman_*_steps.zip"), key=steps_of):
        model.set_parameters(str(path))
        env.seed(cfg.seed + 1000)
        tir, lows = time_in_range(model, env, cfg.eval.days)
        rows.append((steps_of(path), tir, lows))
        print("%9d steps: in range %.3f, lows per day %.3f" % rows[-1])
    with open("checkpoints.csv", "w", newline="") as f:
        csv.writer(f).writerows([("steps", "tir", "lows"), *rows])


if __name__ == "__main__":
    main()
