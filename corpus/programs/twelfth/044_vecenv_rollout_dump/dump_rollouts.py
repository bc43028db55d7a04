"""Writes rollouts of a trained recurrent agent to an hdf5 file for imitation learning."""
import json
import os
from typing import Any, Dict, List

import click
import gymnasium as gym
import h5py
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv, VecFrameStack
from tqdm import tqdm


class HideVelocity(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.keep = np.array([0, 1, 4, 6, 7])
        low, high = env.observation_space.low[self.keep], env.observation_space.high[self.keep]
        self.observation_space = gym.spaces.Box(low, high, dtype=np.float32)

    def observation(self, obs):
        return obs[self.keep].astype(np.float32)


class EpisodeWriter:
    def __init__(self, path: str, meta: Dict[str, Any]):
        self.file = h5py.File(path, "w")
        self.file.attrs["meta"] = json.dumps(meta)
        self.count = 0

    def write(self, steps: List[tuple]):
        group = self.file.create_group(f"episode_{self.count:05d}")
        for name, column in zip(("obs", "action", "reward"), zip(*steps)):
            group.create_dataset(name, data=np.stack(column), compression="gzip")
        group.attrs["return"] = float(sum(s[2] for s in steps))
        self.count += 1

    def close(self):
        self.file.close()


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True))
@click.option("--env-id", default="LunarLander-v3")
@click.option("--out", default="rollouts.h5")
@click.option("--episodes", default=500)
@click.option("--workers", default=4)
@click.option("--stack", default=1)
@click.option("--min-return", default=None, type=float)
def main(checkpoint, env_id, out, episodes, workers, stack, min_return):
    env = make_vec_env(env_id, n_envs=workers, wrapper_class=HideVelocity, vec_env_cls=SubprocVecEnv)
    if stack > 1:
        env = VecFrameStack(env, stack)
    agent = RecurrentPPO.load(checkpoint, device="auto")
    writer = EpisodeWriter(out, {"env": env_id, "checkpoint": os.path.basename(checkpoint)})
    running = [[] for _ in range(env.num_envs)]

    obs = env.reset()
    memory = None
    fresh = np.ones(env.num_envs, dtype=bool)
    with tqdm(total=episodes) as bar:
        while writer.count < episodes:
            action, memory = agent.predict(obs, state=memory, episode_start=fresh, deterministic=False)
            next_obs, reward, fresh, _ = env.step(action)
            for k in range(env.num_envs):
                running[k].append((obs[k], action[k], reward[k]))
                if not fresh[k]:
                    continue
                total = sum(step[2] for step in running[k])
                if min_return is None or total >= min_return:
                    writer.write(running[k])
                    bar.update(1)
                running[k] = []
            obs = next_obs
    writer.close()
    env.close()
    print(f"{writer.count} episodes in {out}")


if __name__ == "__main__":
    main()
