import os
import random

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from tank_env import TankDuelEnv


class RivalCallback(BaseCallback):
    def __init__(self, every, folder):
        super().__init__()
        self.every = every
        self.folder = folder
        self.saved = []

    def _on_training_start(self):
        os.makedirs(self.folder, exist_ok=True)

    def _on_step(self):
        if self.n_calls % self.every == 0:
            path = os.path.join(self.folder, f"tank_{self.num_timesteps}.zip")
            self.model.save(path)
            self.saved.append(path)
            pick = path if random.random() < 0.7 else random.choice(self.saved)
            self.training_env.env_method("set_rival", pick)
            self.logger.record("selfplay/pool", len(self.saved))
        return True


def main():
    env = make_vec_env(TankDuelEnv, n_envs=8)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=512,
        learning_rate=3e-4,
        ent_coef=0.01,
        policy_kwargs=dict(lstm_hidden_size=128, n_lstm_layers=1),
        tensorboard_log="runs/tanks",
        verbose=1,
    )
    model.learn(5_000_000, callback=RivalCallback(every=3000, folder="rivals"))
    model.save("tank_final")


if __name__ == "__main__":
    main()
