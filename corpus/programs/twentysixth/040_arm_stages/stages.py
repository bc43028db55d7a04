import os

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

STAGES = [0.3, 0.6, 1.0]
ROUNDS_PER_STAGE = 8
STEPS_PER_ROUND = 60_000


class ReachGraspDrop(gym.Env):
    def __init__(self, spread):
        self.spread = spread
        self.observation_space = gym.spaces.Box(-3, 3, (5,), np.float32)
        self.action_space = gym.spaces.Discrete(6)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.arm = np.zeros(2)
        self.cup = self.np_random.uniform(-self.spread, self.spread, 2)
        self.closed = False
        self.carrying = False
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        # the camera is blocked when the gripper is closed
        d = np.zeros(2) if self.closed else self.cup - self.arm
        return np.array([*self.arm, *d, float(self.closed)], dtype=np.float32)

    def step(self, a):
        self.t += 1
        r = -0.01
        if a < 4:
            self.arm += 0.1 * np.array([(1, 0), (-1, 0), (0, 1), (0, -1)][a])
            self.arm = np.clip(self.arm, -1.5, 1.5)
            if self.carrying:
                self.cup = self.arm.copy()
        elif a == 4:
            self.closed = True
            if np.linalg.norm(self.arm - self.cup) < 0.15 and not self.carrying:
                self.carrying = True
                r += 0.5
        else:
            if self.carrying and np.linalg.norm(self.arm) < 0.2:
                return self._obs(), 2.0, True, False, {}
            self.closed = self.carrying = False
        return self._obs(), r, False, self.t >= 120, {}


def make_env(spread, n=8):
    return DummyVecEnv([lambda: Monitor(ReachGraspDrop(spread)) for _ in range(n)])


def evaluate(model, spread, episodes=40):
    env = make_env(spread, n=1)
    totals = []
    obs = env.reset()
    state = None
    start = np.ones((1,), dtype=bool)
    total = 0.0
    while len(totals) < episodes:
        action, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
        obs, reward, done, _ = env.step(action)
        start = done
        total += float(reward[0])
        if done[0]:
            totals.append(total)
            total = 0.0
    env.close()
    return float(np.mean(totals))


def run():
    os.makedirs("arm", exist_ok=True)
    model = RecurrentPPO("MlpLstmPolicy", make_env(STAGES[0]), n_steps=128, batch_size=256, ent_coef=0.01, verbose=0)
    for i, spread in enumerate(STAGES):
        path = f"arm/stage{i}"
        best = -np.inf
        for k in range(ROUNDS_PER_STAGE):
            model.learn(STEPS_PER_ROUND, reset_num_timesteps=False)
            score = evaluate(model, spread)
            print(f"stage {i} round {k}: {score:.3f}")
            if score > best:
                best = score
                model.save(path)
        next_spread = STAGES[min(i + 1, len(STAGES) - 1)]
        model = RecurrentPPO.load(path, env=make_env(next_spread))
    model.save("arm/final")


if __name__ == "__main__":
    run()
