from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from schnapsen_env import SchnapsenBummerl

POOL = Path("pool")
N_ENVS = 12


class OpponentSchedule(BaseCallback):
    def __init__(self, period: int) -> None:
        super().__init__()
        self.period = period
        self.last = 0
        self.rng = np.random.default_rng(7)

    def _on_step(self) -> bool:
        if self.num_timesteps - self.last >= self.period:
            self.last = self.num_timesteps
            name = f"gen_{self.num_timesteps:09d}"
            self.model.save(POOL / name)
            pool = sorted(POOL.glob("gen_*.zip"))
            for idx in range(N_ENVS):
                pick = pool[-1] if self.rng.random() < 0.6 else pool[self.rng.integers(len(pool))]
                self.training_env.env_method("set_opponent", str(pick), pick.stem, indices=idx)
        return True


def make(i):
    return lambda: SchnapsenBummerl(seed=i)


if __name__ == "__main__":
    POOL.mkdir(exist_ok=True)
    venv = VecMonitor(SubprocVecEnv([make(i) for i in range(N_ENVS)]))
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=512, batch_size=1024, gamma=0.999, ent_coef=0.02,
        policy_kwargs={"lstm_hidden_size": 192, "enable_critic_lstm": True}, verbose=1,
    )
    callbacks = CallbackList([OpponentSchedule(50_000), CheckpointCallback(500_000, "ckpt")])
    model.learn(10_000_000, callback=callbacks)
    model.save("schnapsen")
