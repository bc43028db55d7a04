"""PBT for a reaction-wheel attitude controller (RecurrentPPO)."""
import copy
from typing import Callable, Dict, List

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor


class PointingEnv(gym.Env):
    """Turn a small satellite to a target angle; the wheel speed is hidden."""

    def __init__(self, friction: float = 0.02):
        self.friction = friction
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (2,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.angle = self.np_random.uniform(-1, 1)
        self.rate = self.np_random.normal(0, 0.05)
        self.inertia = self.np_random.uniform(0.7, 1.4)
        self.clock = 0
        return self._measure(), {}

    def _measure(self):
        noise = self.np_random.normal(0, 0.01)
        return np.array([self.angle + noise, np.sin(self.clock / 20)], dtype=np.float32)

    def step(self, action):
        torque = 0.02 * (int(action) - 1)
        self.rate += torque / self.inertia - self.friction * self.rate
        self.angle += self.rate
        self.clock += 1
        lost = abs(self.angle) > 3
        reward = -abs(self.angle) - (10.0 if lost else 0.0)
        return self._measure(), reward, lost, self.clock >= 1500, {}


def make_venv(n: int) -> VecMonitor:
    thunks: List[Callable[[], gym.Env]] = [PointingEnv for _ in range(n)]
    return VecMonitor(DummyVecEnv(thunks))


class PopulationTrainer:
    def __init__(self, size: int = 6, n_envs: int = 4, seed: int = 0):
        self.rng = np.random.default_rng(seed)
        self.agents: List[RecurrentPPO] = []
        self.fitness = np.zeros(size)
        for i in range(size):
            agent = RecurrentPPO(
                "MlpLstmPolicy",
                make_venv(n_envs),
                n_steps=200,
                batch_size=200,
                clip_range=float(self.rng.uniform(0.1, 0.3)),
                seed=seed + i,
            )
            self.agents.append(agent)
        self.test_env = make_venv(4)

    def inherit(self, child: int, parent: int) -> None:
        """Parameters from the parent, then new episodes in all of the child's environments."""
        params: Dict = copy.deepcopy(self.agents[parent].get_parameters())
        student = self.agents[child]
        student.set_parameters(params)
        # force_reset forgets the last observation, so that the next learn() resets the
        # environments and marks every row as an episode start (that clears the LSTM state)
        student.set_env(student.get_env(), force_reset=True)
        clip = self.agents[parent].clip_range(1.0) * self.rng.uniform(0.8, 1.2)
        student.clip_range = lambda _, value=float(clip): value

    def evolve(self) -> None:
        order = np.argsort(self.fitness)
        worst, best = int(order[0]), int(order[-1])
        if self.fitness[best] - self.fitness[worst] > 1.0:
            self.inherit(child=worst, parent=best)
            print(f"agent {worst} now starts again from agent {best}")

    def run(self, rounds: int = 50, steps: int = 16_000) -> RecurrentPPO:
        for r in range(rounds):
            for i, agent in enumerate(self.agents):
                agent.learn(steps, reset_num_timesteps=False)
                self.fitness[i], _ = evaluate_policy(agent, self.test_env, n_eval_episodes=8)
            print(r, np.round(self.fitness, 2))
            self.evolve()
        return self.agents[int(np.argmax(self.fitness))]


if __name__ == "__main__":
    trainer = PopulationTrainer()
    champion = trainer.run()
    champion.save("pointing_champion")
