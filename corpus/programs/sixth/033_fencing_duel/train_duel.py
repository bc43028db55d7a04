import os
import random

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from duel_vec import DuelVecEnv
from piste import Piste


class Pool(BaseCallback):
    def __init__(self, duel: DuelVecEnv, folder="pool", save_every=20_000, swap_every=1_500):
        super().__init__()
        self.duel, self.folder = duel, folder
        self.save_every, self.swap_every = save_every, swap_every
        os.makedirs(folder, exist_ok=True)
        self.saved = []
        self._next_save = 0

    def _on_step(self):
        if self.num_timesteps >= self._next_save:
            name = os.path.join(self.folder, f"g{len(self.saved):03d}.zip")
            self.model.save(name)
            self.saved.append(name)
            self._next_save = self.num_timesteps + self.save_every
        if self.n_calls % self.swap_every == 0:
            pick = self.saved[-1] if random.random() < 0.5 else random.choice(self.saved)
            self.duel.swap(pick)
        return True


if __name__ == "__main__":
    duel = DuelVecEnv(VecMonitor(SubprocVecEnv([Piste for _ in range(12)])))
    model = RecurrentPPO("MlpLstmPolicy", duel, n_steps=128, batch_size=256, verbose=1)
    model.learn(3_000_000, callback=Pool(duel))
    model.save("fencer")
