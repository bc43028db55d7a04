import numpy as np


class TagEnv:
    """Pursuer against evader in a round arena. Vectorised; rows restart on their own."""

    def __init__(self, num_envs, limit=300, seed=0):
        self.num_envs, self.limit = num_envs, limit
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.n_actions = 6, 5
        self.moves = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float64)
        self.pos = np.zeros((num_envs, 2, 2))
        self.t = np.zeros(num_envs, dtype=int)

    def reset(self):
        for i in range(self.num_envs):
            self._restart(i)
        return self._obs()

    def _restart(self, i):
        self.pos[i] = self.rng.uniform(-1, 1, (2, 2))
        self.t[i] = 0

    def _obs(self):
        chaser, runner = self.pos[:, 0], self.pos[:, 1]
        seen = (np.linalg.norm(chaser - runner, axis=1) < 0.8)[:, None].astype(float)
        clock = (self.t / self.limit)[:, None]
        a = np.concatenate([chaser, (runner - chaser) * seen, seen, clock], axis=1)
        b = np.concatenate([runner, (chaser - runner) * seen, seen, clock], axis=1)
        return a.astype(np.float32), b.astype(np.float32)

    def step(self, chaser_act, runner_act):
        self.pos[:, 0] = np.clip(self.pos[:, 0] + 0.05 * self.moves[chaser_act], -1, 1)
        self.pos[:, 1] = np.clip(self.pos[:, 1] + 0.055 * self.moves[runner_act], -1, 1)
        self.t += 1
        caught = np.linalg.norm(self.pos[:, 0] - self.pos[:, 1], axis=1) < 0.08
        done = caught | (self.t >= self.limit)
        reward = np.where(caught, 1.0, -0.005).astype(np.float32)
        for i in np.flatnonzero(done):
            self._restart(i)
        return self._obs(), reward, done
