import numpy as np


class SearchAndRescue:
    """Drones on a grid look for survivors. Each sees only its 3x3 surroundings."""

    MOVES = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]

    def __init__(self, n_drones=3, size=8, survivors=4, limit=60):
        self.n, self.size, self.k, self.limit = n_drones, size, survivors, limit
        self.n_actions = len(self.MOVES)
        self.obs_dim = 9 + 2 + n_drones
        self.state_dim = 2 * size * size

    def reset(self):
        self.pos = [tuple(np.random.randint(0, self.size, 2)) for _ in range(self.n)]
        self.people = np.zeros((self.size, self.size), np.float32)
        cells = np.random.choice(self.size**2, self.k, replace=False)
        self.people.flat[cells] = 1
        self.t = 0

    def get_obs(self):
        padded = np.pad(self.people, 1, constant_values=-1)
        out = []
        for i, (r, c) in enumerate(self.pos):
            ident = np.eye(self.n)[i]
            out.append(np.concatenate([padded[r:r + 3, c:c + 3].ravel(), [r / self.size, c / self.size], ident]))
        return np.array(out, np.float32)

    def get_state(self):
        where = np.zeros_like(self.people)
        for p in self.pos:
            where[p] += 1
        return np.concatenate([self.people.ravel(), where.ravel()])

    def step(self, actions):
        reward = -0.05
        for i, a in enumerate(actions):
            dr, dc = self.MOVES[a]
            r, c = self.pos[i]
            self.pos[i] = (min(max(r + dr, 0), self.size - 1), min(max(c + dc, 0), self.size - 1))
            if self.people[self.pos[i]] == 1:
                self.people[self.pos[i]] = 0
                reward += 1
        self.t += 1
        found = self.people.sum() == 0
        return reward, bool(found), self.t >= self.limit
