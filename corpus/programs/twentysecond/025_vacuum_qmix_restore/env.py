import numpy as np

MOVES = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]


class FloorEnv:
    """Several robot vacuums on one floor. Reward is the dirt picked up per step."""

    def __init__(self, n_robots=3, size=9, horizon=160, seed=0):
        self.n, self.size, self.horizon = n_robots, size, horizon
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 9 + 2 + 1
        self.state_dim = size * size + 2 * n_robots

    def reset(self):
        self.dirt = self.rng.random((self.size, self.size))
        self.pos = self.rng.integers(0, self.size, (self.n, 2))
        self.battery = np.ones(self.n)
        self.t = 0
        return self.obs()

    def obs(self):
        pad = np.pad(self.dirt, 1, constant_values=-1)
        out = []
        for i, (r, c) in enumerate(self.pos):
            patch = pad[r:r + 3, c:c + 3].ravel()
            out.append(np.concatenate([patch, self.pos[i] / self.size, [self.battery[i]]]))
        return np.stack(out).astype(np.float32)

    def state(self):
        return np.concatenate([self.dirt.ravel(), self.pos.ravel() / self.size]).astype(np.float32)

    def step(self, actions):
        reward = 0.0
        for i, a in enumerate(actions):
            dr, dc = MOVES[a]
            self.pos[i] = np.clip(self.pos[i] + [dr, dc], 0, self.size - 1)
            r, c = self.pos[i]
            reward += self.dirt[r, c]
            self.dirt[r, c] = 0.0
            self.battery[i] -= 1.0 / self.horizon
        self.t += 1
        return self.obs(), float(reward), self.t >= self.horizon
