import numpy as np

DIRS = np.array([[-1, 0], [1, 0], [0, -1], [0, 1]])


class VecMaze:
    obs_dim = 7
    n_actions = 4

    def __init__(self, num_envs, size=15, seed=0):
        self.num_envs, self.size = num_envs, size
        self.rng = np.random.default_rng(seed)
        self.stage = 0
        self.grids = np.zeros((num_envs, size, size), dtype=bool)
        self.pos = np.zeros((num_envs, 2), dtype=int)
        self.goal = np.zeros((num_envs, 2), dtype=int)
        self.t = np.zeros(num_envs, dtype=int)

    @property
    def limit(self):
        return 60 + 40 * self.stage

    def set_stage(self, stage):
        self.stage = stage

    def _build(self, i):
        density = 0.08 * self.stage
        reach = min(3 + 2 * self.stage, self.size - 2)
        self.grids[i] = self.rng.random((self.size, self.size)) < density
        self.pos[i] = self.rng.integers(1, self.size - 1, 2)
        self.goal[i] = np.clip(self.pos[i] + self.rng.integers(-reach, reach + 1, 2), 0, self.size - 1)
        self.grids[i][tuple(self.pos[i])] = False
        self.grids[i][tuple(self.goal[i])] = False
        self.t[i] = 0

    def reset(self):
        for i in range(self.num_envs):
            self._build(i)
        return self._observe()

    def _blocked(self, i, cell):
        return (cell < 0).any() or (cell >= self.size).any() or self.grids[i][tuple(cell)]

    def _observe(self):
        out = np.zeros((self.num_envs, self.obs_dim), dtype=np.float32)
        for i in range(self.num_envs):
            out[i, :4] = [self._blocked(i, self.pos[i] + d) for d in DIRS]
            if self.t[i] < 2:
                out[i, 4:6] = np.sign(self.goal[i] - self.pos[i])
            out[i, 6] = self.t[i] / self.limit
        return out

    def step(self, actions):
        rewards = np.full(self.num_envs, -0.01, dtype=np.float32)
        dones = np.zeros(self.num_envs, dtype=bool)
        solved = np.zeros(self.num_envs, dtype=bool)
        for i, a in enumerate(actions):
            nxt = self.pos[i] + DIRS[a]
            if not self._blocked(i, nxt):
                self.pos[i] = nxt
            self.t[i] += 1
            solved[i] = (self.pos[i] == self.goal[i]).all()
            dones[i] = solved[i] or self.t[i] >= self.limit
            rewards[i] += float(solved[i])
            if dones[i]:
                self._build(i)
        return self._observe(), rewards, dones, solved
