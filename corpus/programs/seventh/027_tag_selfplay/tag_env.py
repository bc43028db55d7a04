import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class TagEnv(gym.Env):
    """Two dots on a square. We are the chaser, the runner is a frozen copy of an earlier policy.

    Both see only the last bearing of the other one, and only when it is nearer than `sight`.
    """

    MOVES = np.array([[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]], dtype=np.float32)

    def __init__(self, max_steps=300, sight=0.4, speed=0.03):
        super().__init__()
        self.max_steps = max_steps
        self.sight = sight
        self.speed = speed
        self.observation_space = spaces.Box(-1.0, 1.0, shape=(5,), dtype=np.float32)
        self.action_space = spaces.Discrete(len(self.MOVES))
        self.opponent = None
        self.opponent_state = None
        self.opponent_start = np.ones((1,), dtype=bool)

    # ---- opponent -------------------------------------------------------
    def set_opponent(self, path):
        self.opponent = RecurrentPPO.load(path, device="cpu")

    def _opponent_action(self):
        obs = self._observe(self.runner, self.chaser)
        if self.opponent is None:
            return self.action_space.sample()
        action, self.opponent_state = self.opponent.predict(
            obs,
            state=self.opponent_state,
            episode_start=self.opponent_start,
            deterministic=False,
        )
        self.opponent_start = np.zeros((1,), dtype=bool)
        return int(action)

    # ---- gym ------------------------------------------------------------
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.chaser = self.np_random.uniform(-1, 1, size=2).astype(np.float32)
        self.runner = self.np_random.uniform(-1, 1, size=2).astype(np.float32)
        self.steps = 0
        self.opponent_state = None
        self.opponent_start = np.ones((1,), dtype=bool)
        return self._observe(self.chaser, self.runner), {}

    def step(self, action):
        runner_action = self._opponent_action()
        self.chaser = np.clip(self.chaser + self.speed * self.MOVES[int(action)], -1, 1)
        self.runner = np.clip(self.runner + self.speed * self.MOVES[runner_action], -1, 1)
        self.steps += 1
        distance = float(np.linalg.norm(self.chaser - self.runner))
        caught = distance < 0.06
        reward = 1.0 if caught else -0.005
        truncated = self.steps >= self.max_steps
        return self._observe(self.chaser, self.runner), reward, caught, truncated, {"caught": caught}

    def _observe(self, me, other):
        delta = other - me
        visible = float(np.linalg.norm(delta) < self.sight)
        return np.array([me[0], me[1], visible, delta[0] * visible / 2, delta[1] * visible / 2], dtype=np.float32)
