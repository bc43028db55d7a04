from copy import deepcopy

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from floor import WarehouseFloor


class CollisionGuard(BaseCallback):
    """Restores the last good policy when the fleet starts to crash."""

    def __init__(self, check_freq=2000, max_rate=0.02, verbose=0):
        super().__init__(verbose)
        self.check_freq = check_freq
        self.max_rate = max_rate
        self.crashes = 0
        self.steps = 0
        self.good = None
        self.restored = 0

    def _on_training_start(self):
        self.good = deepcopy(self.model.get_parameters())

    def _on_step(self):
        infos = self.locals["infos"]
        self.crashes += sum(int(i.get("collision", False)) for i in infos)
        self.steps += len(infos)
        if self.n_calls % self.check_freq:
            return True

        rate = self.crashes / self.steps
        self.logger.record("guard/collision_rate", rate)
        self.logger.record("guard/restored", self.restored)
        self.crashes = self.steps = 0
        if rate <= self.max_rate:
            self.good = deepcopy(self.model.get_parameters())
        elif rate > 3 * self.max_rate:
            self.model.set_parameters(self.good)
            if hasattr(self.model, "reset_lstm_states"):
                self.model.reset_lstm_states()
            self.restored += 1
            if self.verbose > 0:
                print(f"[guard] {self.num_timesteps}: collision rate {rate:.3f}, restored")
        return True


def make_floor(rank):
    def _init():
        return WarehouseFloor(n_agv=4, aisles=6, orders_per_minute=9, seed=100 + rank)

    return _init


def evaluate(model, n=10):
    env = WarehouseFloor(n_agv=4, aisles=6, orders_per_minute=9, seed=1)
    picked = []
    for _ in range(n):
        obs, _ = env.reset()
        lstm_states = None
        episode_starts = np.ones((1,), dtype=bool)
        while True:
            action, lstm_states = model.predict(
                obs, state=lstm_states, episode_start=episode_starts, deterministic=True
            )
            obs, _, terminated, truncated, info = env.step(action)
            episode_starts = np.array([terminated or truncated])
            if terminated or truncated:
                picked.append(info["picked"])
                break
    return np.mean(picked)


def main():
    env = VecMonitor(SubprocVecEnv([make_floor(i) for i in range(12)]))
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=768,
        learning_rate=1e-4,
        clip_range=0.15,
        policy_kwargs={"net_arch": [128], "lstm_hidden_size": 128},
        tensorboard_log="tb",
        verbose=1,
    )
    model.learn(10_000_000, callback=CollisionGuard(verbose=1))
    model.save("agv_guarded")
    print("orders picked per shift:", evaluate(model))


if __name__ == "__main__":
    main()
