import argparse
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor

from selfplay import SelfPlay
from table import SnookerFrame


class PoolSaver(BaseCallback):
    def __init__(self, pool, every):
        super().__init__()
        self.pool, self.every = Path(pool), every

    def _on_step(self):
        if self.n_calls % self.every == 0:
            self.model.save(self.pool / f"{self.num_timesteps:09d}.zip")
        return True


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--pool", default="pool")
    ap.add_argument("--steps", type=int, default=2_000_000)
    args = ap.parse_args()
    Path(args.pool).mkdir(exist_ok=True)
    env = Monitor(SelfPlay(SnookerFrame(), args.pool))
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=1024, batch_size=128, ent_coef=0.01, verbose=1)
    model.learn(args.steps, callback=PoolSaver(args.pool, 50_000))
    model.save("snooker_final")
