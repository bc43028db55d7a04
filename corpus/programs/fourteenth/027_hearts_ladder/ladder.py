import os
import random

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from hearts import HeartsLadder


class Ladder(BaseCallback):
    def __init__(self, folder, every):
        super().__init__()
        self.folder = folder
        self.every = every
        self.rungs = []
        self.count = 0

    def _on_step(self):
        return True

    def _on_rollout_start(self):
        self.count += 1
        if self.count % self.every:
            return
        path = os.path.join(self.folder, f"rung_{len(self.rungs):03d}.zip")
        self.model.save(path)
        self.rungs.append(path)
        for i in range(self.training_env.num_envs):
            rung = path if random.random() < 0.5 else random.choice(self.rungs)
            self.training_env.env_method("invite", rung, indices=[i])
        self.logger.record("ladder/rungs", len(self.rungs))


if __name__ == "__main__":
    os.makedirs("rungs", exist_ok=True)
    env = VecMonitor(DummyVecEnv([HeartsLadder for _ in range(8)]))
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=256, batch_size=512, gamma=0.995, ent_coef=0.01, verbose=1)
    model.learn(total_timesteps=4_000_000, callback=Ladder("rungs", every=10))
    model.save("hearts_final")
