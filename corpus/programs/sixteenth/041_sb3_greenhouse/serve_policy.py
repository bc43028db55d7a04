import argparse
import glob
import logging
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from greenhouse_env import GreenhouseEnv

logger = logging.getLogger(__name__)


def newest(folder):
    files = glob.glob(os.path.join(folder, "rl_model_*_steps.zip"))
    return max(files, key=os.path.getmtime) if files else None


def build_env(stats, url):
    venv = DummyVecEnv([lambda: GreenhouseEnv(url=url, season_days=120)])
    venv = VecNormalize.load(stats, venv)
    venv.training = False
    venv.norm_reward = False
    return venv


class Runner:
    def __init__(self, folder, env):
        self.folder = folder
        self.env = env
        self.current = newest(folder)
        if self.current is None:
            raise SystemExit("no checkpoint in %s" % folder)
        self.model = RecurrentPPO.load(self.current, device="cpu")
        self.lstm_states = None
        self.starts = np.ones((env.num_envs,), dtype=bool)
        self.obs = env.reset()

    def maybe_update(self):
        path = newest(self.folder)
        if path is None or path == self.current:
            return
        logger.info("switching from %s to %s", self.current, path)
        self.model.set_parameters(path, exact_match=True, device="cpu")
        self.current = path

    def tick(self):
        action, self.lstm_states = self.model.predict(
            self.obs, state=self.lstm_states, episode_start=self.starts, deterministic=True)
        self.obs, reward, dones, infos = self.env.step(action)
        self.starts = dones
        return float(reward[0]), infos[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="checkpoints")
    parser.add_argument("--stats", default="checkpoints/vecnormalize.pkl")
    parser.add_argument("--url", default="http://greenhouse.local:8080")
    parser.add_argument("--update-every", type=int, default=288, help="control steps of 5 minutes")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)

    runner = Runner(args.folder, build_env(args.stats, args.url))
    step, day_reward = 0, 0.0
    while True:
        reward, info = runner.tick()
        day_reward += reward
        step += 1
        if step % args.update_every == 0:
            logger.info("step %d reward of the day %.2f temp %.1f", step, day_reward, info.get("temp", 0))
            day_reward = 0.0
            runner.maybe_update()


if __name__ == "__main__":
    main()
