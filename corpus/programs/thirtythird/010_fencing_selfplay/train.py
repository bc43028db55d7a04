import argparse
import os
from functools import partial

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from duel import FencingEnv, RivalPool


def build(folder):
    return FencingEnv(RivalPool(folder, n_actions=5))


class Archivist(BaseCallback):
    def __init__(self, folder, every_rollouts=20):
        super().__init__()
        self.folder = folder
        self.every = every_rollouts
        self.rollouts = 0

    def _on_rollout_end(self):
        self.rollouts += 1
        if self.rollouts % self.every == 0:
            self.model.save(os.path.join(self.folder, "gen_%05d" % (self.rollouts // self.every)))

    def _on_step(self):
        return True


def bout_rate(model, folder, bouts):
    env = Monitor(build(folder))
    wins = 0
    for _ in range(bouts):
        obs, _ = env.reset()
        lstm, begin, over, info = None, True, False, {}
        while not over:
            act, lstm = model.predict(obs, state=lstm, episode_start=np.array([begin]))
            obs, _, term, trunc, info = env.step(int(act))
            begin, over = False, term or trunc
        wins += info["score"][0] > info["score"][1]
    return wins / bouts


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--folder", default="generations")
    ap.add_argument("--rounds", type=int, default=30)
    ap.add_argument("--round-steps", type=int, default=200_000)
    ap.add_argument("--resume", default=None)
    args = ap.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    venv = make_vec_env(partial(build, args.folder), n_envs=8, vec_env_cls=SubprocVecEnv)
    if args.resume:
        model = RecurrentPPO.load(args.resume, env=venv)
    else:
        model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, ent_coef=0.01)
    keeper = Archivist(args.folder)
    for rnd in range(args.rounds):
        model.learn(args.round_steps, callback=keeper, reset_num_timesteps=False)
        print("round", rnd, "share won", bout_rate(model, args.folder, 40))
    model.save("fencer")


if __name__ == "__main__":
    main()
