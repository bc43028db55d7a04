import glob
import os
import random

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CheckpointCallback, CallbackList
from stable_baselines3.common.monitor import Monitor

from market import FleaMarket

POOL = "pool"


class ChangeSeller(BaseCallback):
    def __init__(self, seller, every, folder):
        super().__init__()
        self.seller = seller
        self.every = every
        self.folder = folder

    def _on_step(self):
        if self.n_calls % self.every == 0:
            saved = glob.glob(os.path.join(self.folder, "*.zip"))
            if saved:
                choice = random.choice(saved)
                self.seller.set_parameters(choice, device="cpu")
                self.logger.record("market/pool", len(saved))
        return True


def main():
    os.makedirs(POOL, exist_ok=True)
    market = FleaMarket()
    seller = RecurrentPPO("MlpLstmPolicy", FleaMarket(), device="cpu")
    market.seller = seller
    model = RecurrentPPO("MlpLstmPolicy", Monitor(market), n_steps=512, batch_size=128, ent_coef=0.01, verbose=1)
    callbacks = CallbackList([
        CheckpointCallback(save_freq=20_000, save_path=POOL, name_prefix="haggler"),
        ChangeSeller(seller, every=5_000, folder=POOL),
    ])
    model.learn(2_000_000, callback=callbacks)
    model.save("haggler_final")


if __name__ == "__main__":
    main()
