# population based training for the brake handler of a coal train
import random
import numpy as np
import gymnasium as gym
from gymnasium.spaces import Box, Discrete
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

POP = 6
CHUNK = 20_000
GENERATIONS = 60


class CoalTrain(gym.Env):
    observation_space = Box(-5, 5, (3,), np.float32)
    action_space = Discrete(5)      # release, hold, min reduction, service, emergency

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.v = self.np_random.uniform(8, 16)
        self.cyl = 0.0
        self.res = 1.0
        self.mass = self.np_random.uniform(0.7, 1.3)
        self.t = 0
        return self.see(), {}

    def see(self):
        return np.array([self.v / 15, np.sin(self.t / 200), self.np_random.normal(0, .05)], np.float32)

    def step(self, a):
        if a == 0:
            self.cyl *= 0.9
            self.res = min(1.0, self.res + 0.004)
        elif a >= 2:
            want = (0.2, 0.5, 1.0)[a - 2]
            flow = max(0, want - self.cyl) * 0.1 * self.res
            self.cyl += flow
            self.res -= 0.3 * flow
        slope = 0.015 + 0.01 * np.sin(self.t / 200)
        self.v += 9.81 * slope - 0.35 * self.cyl / self.mass - 0.002 * self.v
        self.v = max(self.v, 0)
        self.t += 1
        r = 1 - abs(self.v - 12) / 6 - (0.5 if a == 4 else 0)
        runaway = self.v > 30
        return self.see(), float(r - 50 * runaway), bool(runaway), self.t >= 3000, {}


def make(n):
    return DummyVecEnv([lambda: Monitor(CoalTrain()) for _ in range(n)])


class Member:
    def __init__(self, i):
        self.i = i
        self.lr = 10 ** random.uniform(-4.2, -3)
        self.model = RecurrentPPO("MlpLstmPolicy", make(4), n_steps=256, batch_size=128,
                                  learning_rate=lambda _: self.lr, verbose=0, seed=i)
        self.score = None

    def train(self):
        self.model.learn(CHUNK, reset_num_timesteps=False)

    def evaluate(self, env):
        self.score, _ = evaluate_policy(self.model, env, n_eval_episodes=4)


def exploit_and_explore(pop):
    ranked = sorted(pop, key=lambda m: m.score)
    n = len(pop) // 3
    for bad, good in zip(ranked[:n], reversed(ranked[-n:])):
        bad.model.set_parameters(good.model.get_parameters())
        bad.lr = good.lr * random.choice([0.8, 1.2])
        print(f"   {bad.i} <- {good.i}  lr {bad.lr:.2e}")


if __name__ == "__main__":
    random.seed(3)
    eval_env = make(1)
    pop = [Member(i) for i in range(POP)]
    for g in range(GENERATIONS):
        for m in pop:
            m.train()
            m.evaluate(eval_env)
        print(g, [round(m.score, 1) for m in pop])
        exploit_and_explore(pop)
    best = max(pop, key=lambda m: m.score)
    best.model.save("coal_brakes")
