import numpy as np

TASKS = ("fetch", "carry", "dock")


class WarehouseShift:
    """One robot, one shift. Tasks come in one after the other until the shift is over."""

    obs_dim = 8
    n_actions = 5

    def __init__(self, size=12, shift_length=2000, seed=0):
        self.size = size
        self.shift_length = shift_length
        self.rng = np.random.default_rng(seed)

    def start(self):
        self.t = 0
        self.pos = np.zeros(2)
        self.battery = 1.0
        self._next_task()
        return self.obs()

    def _next_task(self):
        self.task = "dock" if self.battery < 0.2 else str(self.rng.choice(TASKS[:2]))
        self.goal = np.zeros(2) if self.task == "dock" else self.rng.integers(0, self.size, 2).astype(float)
        self.hint = 6

    def obs(self):
        # the goal is only broadcast for the first few ticks of a task
        goal = (self.goal - self.pos) / self.size if self.hint > 0 else np.zeros(2)
        walls = [self.pos[0] <= 0, self.pos[1] <= 0, self.pos[0] >= self.size - 1]
        return np.array([*goal, *(self.pos / self.size), self.battery, *walls], dtype=np.float32)

    def step(self, action):
        self.t += 1
        self.hint -= 1
        move = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)][action]
        self.pos = np.clip(self.pos + move, 0, self.size - 1)
        self.battery = max(0.0, self.battery - (0.004 if self.task == "carry" else 0.002))
        reward = -0.01
        finished = bool(np.abs(self.pos - self.goal).sum() < 0.5)
        if finished:
            reward = 1.0
            if self.task == "dock":
                self.battery = 1.0
            self._next_task()
        return self.obs(), reward, finished, self.t >= self.shift_length
