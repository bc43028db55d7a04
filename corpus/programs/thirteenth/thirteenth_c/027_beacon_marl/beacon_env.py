import numpy as np


class BeaconEnv:
    """N robots on a torus, one blinking beacon each; the beacon is visible one step in five."""

    def __init__(self, n_agents=4, horizon=400, seed=0):
        self.agents = [f"robot_{i}" for i in range(n_agents)]
        self.horizon = horizon
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.n_actions = 5, 5

    def _obs(self):
        lit = float(self.t % 5 == 0)
        return {
            a: np.concatenate([self.pos[a], self.goal[a] * lit, [lit]]).astype(np.float32)
            for a in self.agents
        }

    def reset(self):
        self.t = 0
        self.pos = {a: self.rng.random(2) for a in self.agents}
        self.goal = {a: self.rng.random(2) for a in self.agents}
        return self._obs()

    def step(self, actions):
        dirs = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) * 0.05
        rewards = {}
        for a in self.agents:
            self.pos[a] = (self.pos[a] + dirs[actions[a]]) % 1.0
            dist = np.linalg.norm(self.pos[a] - self.goal[a])
            rewards[a] = 1.0 if dist < 0.08 else -0.01
            if dist < 0.08:
                self.goal[a] = self.rng.random(2)
        self.t += 1
        return self._obs(), rewards, self.t >= self.horizon
