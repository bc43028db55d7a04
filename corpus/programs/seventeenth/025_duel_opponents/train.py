import argparse
import glob
import os
import random

from duelcore import DuelCore
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from duel_env import DuelEnv


class OpponentRotation(BaseCallback):
    def __init__(self, folder, save_every, rotate_every):
        super().__init__()
        self.folder = folder
        self.save_every = save_every
        self.rotate_every = rotate_every

    def _on_step(self):
        if self.n_calls % self.save_every == 0:
            self.model.save(os.path.join(self.folder, f"gen_{self.num_timesteps:09d}"))
        if self.n_calls % self.rotate_every == 0:
            pool = sorted(glob.glob(os.path.join(self.folder, "gen_*.zip")))
            for i in range(self.training_env.num_envs):
                pick = pool[-1] if random.random() < 0.5 else random.choice(pool)
                self.training_env.env_method("set_opponent", pick, indices=i)
            self.logger.record("league/size", len(pool))
        return True


def make(seed_path, i):
    def thunk():
        return Monitor(DuelEnv(DuelCore(stage=i % 4), seed_path), info_keywords=())
    return thunk


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pool", default="duel_pool")
    ap.add_argument("--seed-agent", default="duel_pool/gen_000000000.zip")
    ap.add_argument("--steps", type=int, default=30_000_000)
    args = ap.parse_args()
    venv = SubprocVecEnv([make(args.seed_agent, i) for i in range(16)])
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=512, ent_coef=0.01,
                         learning_rate=2.5e-4, tensorboard_log="tb_duel", verbose=1)
    model.learn(args.steps, callback=OpponentRotation(args.pool, 20_000, 3_000))
    model.save("duel_final")


if __name__ == "__main__":
    main()
