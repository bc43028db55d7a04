import argparse
from pathlib import Path

import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from brawl import Brawl
from selfplay import PoolOpponent


class AddToPool(BaseCallback):
    def __init__(self, pool_dir, every):
        super().__init__()
        self.pool_dir, self.every, self.last = Path(pool_dir), every, 0

    def _on_step(self):
        if self.num_timesteps - self.last >= self.every:
            self.last = self.num_timesteps
            torch.save(self.model.policy.state_dict(), self.pool_dir / f"{self.num_timesteps:010d}.pt")
        return True


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pool", default="pool")
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--timesteps", type=int, default=10_000_000)
    args = ap.parse_args()
    Path(args.pool).mkdir(exist_ok=True)

    venv = SubprocVecEnv([lambda: Monitor(PoolOpponent(Brawl(), args.pool)) for _ in range(args.envs)])
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, ent_coef=0.01,
                         policy_kwargs={"lstm_hidden_size": 64}, verbose=1)
    model.learn(args.timesteps, callback=AddToPool(args.pool, 200_000))
    model.save("brawl_final")


if __name__ == "__main__":
    main()
