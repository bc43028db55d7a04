import numpy as np


class EscortEnv:
    def __init__(self, n_agents=3, limit=150, seed=0):
        self.rng = np.random.default_rng(seed)
        self.n_agents, self.limit = n_agents, limit
        self.obs_dim, self.n_actions = 6, 5

    def reset(self):
        self.vip = np.zeros(2)
        self.escorts = self.rng.normal(0, 1, (self.n_agents, 2))
        self.raider = self.rng.uniform(-1, 1, 2) * 8
        self.t, self.safe = 0, 0.0
        return self._obs()

    def _obs(self):
        rows = []
        for e in self.escorts:
            d = self.raider - e
            seen = np.linalg.norm(d) < 4
            rows.append(np.concatenate([e - self.vip, d if seen else np.zeros(2), [float(seen), self.t / self.limit]]))
        return np.array(rows, dtype=np.float32)

    def step(self, actions):
        moves = 0.3 * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])
        self.vip = self.vip + np.array([0.1, 0.0])
        self.escorts = self.escorts + moves[np.asarray(actions)]
        blocked = np.linalg.norm(self.escorts - self.raider, axis=1).min() < 0.8
        heading = self.vip - self.raider
        heading = heading / (np.linalg.norm(heading) + 1e-6)
        self.raider = self.raider + (-0.5 if blocked else 0.25) * heading
        gap = float(np.linalg.norm(self.raider - self.vip))
        self.safe += gap / self.limit
        self.t += 1
        caught = gap < 0.5
        reward = -5.0 if caught else 0.05 * min(gap, 5.0)
        return self._obs(), reward, caught or self.t >= self.limit, {"safe_distance": self.safe}
