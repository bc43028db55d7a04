import logging
from pathlib import Path

import click
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from orchard.callbacks import SnapshotFallback
from orchard.env import Orchard


@click.command()
@click.option("--steps", default=4_000_000)
@click.option("--n-envs", default=12)
@click.option("--tolerance", default=25.0)
@click.option("--folder", default="orchard_runs", type=click.Path(path_type=Path))
@click.option("--seed", default=0)
def train(steps: int, n_envs: int, tolerance: float, folder: Path, seed: int) -> None:
    logging.basicConfig(level=logging.INFO)
    env = make_vec_env(Orchard, n_envs=n_envs, seed=seed, vec_env_cls=SubprocVecEnv)
    agent = RecurrentPPO(
        policy="MultiInputLstmPolicy",
        env=env,
        n_steps=240,
        batch_size=480,
        gamma=0.995,
        learning_rate=lambda left: 3e-4 * left,
        policy_kwargs={"lstm_hidden_size": 96},
        seed=seed,
    )
    fallback = SnapshotFallback(folder / "snapshots", every=60_000, tolerance=tolerance)
    agent.learn(total_timesteps=steps, callback=fallback)
    agent.save(folder / "orchard")


if __name__ == "__main__":
    train()
