import sys
from typing import List

import gymnasium
import matplotlib.pyplot as plt
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor


class BisqueKiln(gymnasium.Env):
    """Electric kiln, three elements, the cone temperature is only seen every few minutes."""

    GOAL = 1060.0

    def __init__(self):
        self.observation_space = spaces.Box(-1.0, 2.0, shape=(4,), dtype=np.float32)
        self.action_space = spaces.MultiDiscrete([3, 3, 3])

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.zones = np.full(3, 25.0)
        self.loss = self.np_random.uniform(0.002, 0.006, size=3)
        self.seen = 25.0
        return self._obs(), {}

    def _obs(self):
        fresh = self.t % 5 == 0
        if fresh:
            self.seen = self.zones.mean()
        return np.array([self.seen / self.GOAL, float(fresh), self.t / 300, self.curve() / self.GOAL], np.float32)

    def curve(self):
        return min(self.GOAL, 25.0 + 4.5 * self.t)

    def step(self, action):
        power = np.asarray(action) * 4.0
        mix = 0.05 * (self.zones.mean() - self.zones)
        self.zones = self.zones + power - self.loss * (self.zones - 25.0) + mix
        self.t += 1
        uneven = float(np.ptp(self.zones))
        off = float(abs(self.zones.mean() - self.curve()))
        broken = uneven > 120 or self.zones.max() > 1200
        reward = 1.0 - off / 50 - uneven / 100 - 20.0 * broken
        return self._obs(), reward, bool(broken), self.t >= 300, {"off": off, "uneven": uneven}


def make_kilns(n: int) -> VecMonitor:
    return VecMonitor(DummyVecEnv([BisqueKiln for _ in range(n)]))


def learn(path: str, steps: int) -> RecurrentPPO:
    kilns = make_kilns(6)
    model = RecurrentPPO(
        "MlpLstmPolicy", kilns, learning_rate=2.5e-4, n_steps=300, batch_size=300,
        policy_kwargs=dict(lstm_hidden_size=96, enable_critic_lstm=True), verbose=1, seed=4,
    )
    model.learn(total_timesteps=steps, progress_bar=True)
    model.save(path)
    return model


def fire(model: RecurrentPPO, n_kilns: int, firings: int) -> List[dict]:
    kilns = make_kilns(n_kilns)
    obs = kilns.reset()
    lstm_states = None
    episode_starts = np.ones((n_kilns,), dtype=bool)
    results: List[dict] = []
    off = [[] for _ in range(n_kilns)]
    while len(results) < firings:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, rewards, dones, infos = kilns.step(action)
        for i in range(n_kilns):
            off[i].append(infos[i]["off"])
            if dones[i]:
                results.append({
                    "return": infos[i]["episode"]["r"],
                    "length": infos[i]["episode"]["l"],
                    "off": np.array(off[i]),
                })
                off[i] = []
    kilns.close()
    return results


def plot(results: List[dict], file: str) -> None:
    fig, ax = plt.subplots()
    for r in results:
        ax.plot(r["off"], color="firebrick", alpha=0.3)
    ax.set_xlabel("minute")
    ax.set_ylabel("degrees off the curve")
    fig.savefig(file, dpi=150)


if __name__ == "__main__":
    if sys.argv[1] == "learn":
        model = learn("bisque", int(float(sys.argv[2])))
    else:
        model = RecurrentPPO.load("bisque")
    results = fire(model, n_kilns=4, firings=20)
    print("mean return", np.mean([r["return"] for r in results]))
    plot(results, "bisque.png")
