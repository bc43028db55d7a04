import numpy as np


class Foraging:
    """N foragers, M apples with levels; an apple falls only when enough foragers pull at once."""

    def __init__(self, n_agents=3, n_apples=4, size=8, limit=60, seed=None):
        self.n_agents = n_agents
        self.n_apples = n_apples
        self.size = size
        self.limit = limit
        self.rng = np.random.default_rng(seed)
        self.n_actions = 6
        self.obs_size = 2 + 3 * n_apples
        self.state_size = 2 * n_agents + 4 * n_apples
        self.agents = np.zeros((n_agents, 2), dtype=int)
        self.apples = np.zeros((n_apples, 2), dtype=int)
        self.levels = np.ones(n_apples, dtype=int)
        self.alive = np.ones(n_apples, dtype=bool)
        self.t = 0

    def reset(self):
        cells = self.rng.permutation(self.size * self.size)[: self.n_agents + self.n_apples]
        coords = np.stack(np.divmod(cells, self.size), axis=1)
        self.agents = coords[: self.n_agents].copy()
        self.apples = coords[self.n_agents :].copy()
        self.levels = self.rng.integers(1, self.n_agents + 1, size=self.n_apples)
        self.alive[:] = True
        self.t = 0
        return self.observations(), self.state()

    def observations(self):
        out = []
        for me in self.agents:
            row = list(me / self.size)
            for k in range(self.n_apples):
                near = self.alive[k] and np.abs(self.apples[k] - me).max() <= 3
                row += list((self.apples[k] - me) / self.size) if near else [0.0, 0.0]
                row.append(float(near) * self.levels[k])
            out.append(np.asarray(row, dtype=np.float32))
        return np.stack(out)

    def state(self):
        flat = [self.agents.ravel() / self.size, self.apples.ravel() / self.size]
        flat += [self.levels.astype(float), self.alive.astype(float)]
        return np.concatenate(flat).astype(np.float32)

    def available(self):
        mask = np.ones((self.n_agents, self.n_actions), dtype=np.float32)
        mask[self.agents[:, 0] == 0, 1] = 0.0
        mask[self.agents[:, 0] == self.size - 1, 2] = 0.0
        mask[self.agents[:, 1] == 0, 3] = 0.0
        mask[self.agents[:, 1] == self.size - 1, 4] = 0.0
        return mask

    def step(self, actions):
        self.t += 1
        delta = {1: (-1, 0), 2: (1, 0), 3: (0, -1), 4: (0, 1)}
        pull = np.zeros(self.n_apples, dtype=int)
        for i, a in enumerate(actions):
            if int(a) in delta:
                self.agents[i] = np.clip(self.agents[i] + delta[int(a)], 0, self.size - 1)
            elif int(a) == 5:
                for k in range(self.n_apples):
                    if self.alive[k] and np.abs(self.apples[k] - self.agents[i]).sum() <= 1:
                        pull[k] += 1
        taken = self.alive & (pull >= self.levels)
        reward = float(self.levels[taken].sum())
        self.alive &= ~taken
        done = not self.alive.any() or self.t >= self.limit
        return self.observations(), self.state(), reward, done
