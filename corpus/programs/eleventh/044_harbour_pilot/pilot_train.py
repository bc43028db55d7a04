from dataclasses import dataclass

import numpy as np
import tyro
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from harbour import HarbourPilot


@dataclass
class Args:
    total: int = 500_000
    n_envs: int = 8
    test_envs: int = 4
    test_every: int = 20_000
    test_episodes: int = 20
    lstm: int = 96
    out: str = "pilot"


def vec(n):
    return VecMonitor(DummyVecEnv([HarbourPilot for _ in range(n)]))


def dock_rate(model, venv, episodes):
    states = None
    starts = np.ones((venv.num_envs,), dtype=bool)
    obs = venv.reset()
    docked, rewards = [], []
    while len(docked) < episodes:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
        obs, _, dones, infos = venv.step(actions)
        starts = dones
        for done, info in zip(dones, infos):
            if done:
                docked.append(info["docked"])
                rewards.append(info["episode"]["r"])
    return float(np.mean(docked)), float(np.mean(rewards))


class DockTest(BaseCallback):
    def __init__(self, args: Args):
        super().__init__()
        self.args = args
        self.venv = vec(args.test_envs)
        self.best = -np.inf
        self.next_test = args.test_every

    def _on_step(self) -> bool:
        if self.num_timesteps < self.next_test:
            return True
        self.next_test += self.args.test_every
        rate, reward = dock_rate(self.model, self.venv, self.args.test_episodes)
        self.logger.record("test/dock_rate", rate)
        self.logger.record("test/reward", reward)
        if reward > self.best:
            self.best = reward
            self.model.save(f"{self.args.out}_best")
        return rate < 0.99

    def _on_training_end(self) -> None:
        self.venv.close()


def main(args: Args):
    model = RecurrentPPO(
        "MlpLstmPolicy", vec(args.n_envs), n_steps=128, batch_size=128, n_epochs=5,
        ent_coef=0.005, policy_kwargs={"lstm_hidden_size": args.lstm}, verbose=1,
    )
    model.learn(args.total, callback=DockTest(args))

    best = RecurrentPPO.load(f"{args.out}_best")
    rate, reward = dock_rate(best, vec(args.test_envs), 100)
    print(f"best model: docked {rate:.0%}, reward {reward:.2f}")


if __name__ == "__main__":
    main(tyro.cli(Args))
