from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, EvalCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv


@dataclass
class RaceConfig:
    total: int = 1_500_000
    n_envs: int = 8
    eval_freq: int = 4_000
    keep: float = 0.7
    best_dir: Path = field(default_factory=lambda: Path("runs/best"))


class TwoLaneTrack(gymnasium.Env):
    """Slot car with a lane changer, the other car is only seen when it is beside us."""

    def __init__(self) -> None:
        self.observation_space = Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.curve = np.abs(np.sin(np.linspace(0, 6 * np.pi, 60) + self.np_random.uniform(0, 3)))
        self.me, self.rival = 0.0, 5.0
        self.v, self.lane, self.rival_lane, self.clock = 0.0, 0, 1, 0
        return self.look(), {}

    def look(self):
        near = abs(self.me - self.rival) < 1.5
        return np.array([self.v, self.lane, float(near), self.rival_lane if near else -1.0], np.float32)

    def step(self, action):
        self.clock += 1
        self.v = np.clip(self.v + 0.2 * action[0], 0.0, 2.0)
        if action[1] > 0.5:
            self.lane = 1 - self.lane
        if self.np_random.random() < 0.02:
            self.rival_lane = 1 - self.rival_lane
        before = self.me
        self.me += self.v * 0.5
        self.rival += 0.45
        hit = self.lane == self.rival_lane and before < self.rival <= self.me
        flew = self.v * self.curve[int(self.me) % 60] > 1.6
        reward = 0.3 * self.v + (1.0 if before < self.rival <= self.me and not hit else 0.0)
        if hit or flew:
            reward -= 10.0
        return self.look(), float(reward), bool(hit or flew), self.clock >= 400, {}


class RollbackToBest(BaseCallback):
    def __init__(self, evaluator: EvalCallback, best_dir: Path, keep: float) -> None:
        super().__init__()
        self.evaluator = evaluator
        self.best_file = best_dir / "best_model.zip"
        self.keep = keep
        self.seen_evals = 0

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        done_evals = self.evaluator.n_calls // self.evaluator.eval_freq
        if done_evals == self.seen_evals or not self.best_file.exists():
            return
        self.seen_evals = done_evals
        best, last = self.evaluator.best_mean_reward, self.evaluator.last_mean_reward
        if last < best - (1.0 - self.keep) * abs(best):
            self.model.set_parameters(str(self.best_file), device=self.model.device)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.logger.record("rollback/at", self.num_timesteps)


def show(path: Path) -> None:
    driver = RecurrentPPO.load(path)
    env = TwoLaneTrack()
    for race in range(5):
        obs, _ = env.reset(seed=race)
        cockpit, first, over, score = None, True, False, 0.0
        while not over:
            action, cockpit = driver.predict(obs, state=cockpit, episode_start=np.array([first]), deterministic=True)
            obs, reward, crashed, late, _ = env.step(action)
            first = False
            over = crashed or late
            score += reward
        print(f"race {race}: {score:.1f}")


def main(cfg: RaceConfig = RaceConfig()) -> None:
    venv = DummyVecEnv([lambda: Monitor(TwoLaneTrack()) for _ in range(cfg.n_envs)])
    arena = DummyVecEnv([lambda: Monitor(TwoLaneTrack())])
    evaluator = EvalCallback(arena, best_model_save_path=str(cfg.best_dir), n_eval_episodes=20,
                             eval_freq=cfg.eval_freq)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=200, batch_size=400, gamma=0.99)
    model.learn(cfg.total, callback=CallbackList([evaluator, RollbackToBest(evaluator, cfg.best_dir, cfg.keep)]))
    show(cfg.best_dir / "best_model.zip")


if __name__ == "__main__":
    main()
