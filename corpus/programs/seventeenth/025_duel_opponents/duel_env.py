import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

N_MOVES = 9
ROUND_FRAMES = 1800


class DuelEnv(gym.Env):
    """1v1 fighting game. Player 1 learns, player 2 is driven by a saved agent."""

    def __init__(self, core, first_opponent, frame_skip=4):
        super().__init__()
        self.core = core
        self.frame_skip = frame_skip
        self.observation_space = spaces.Box(-1.0, 1.0, (38,), np.float32)
        self.action_space = spaces.Discrete(N_MOVES)
        self.opponent = RecurrentPPO.load(first_opponent, device="cpu")
        self.opponent_name = first_opponent
        self.opp_lstm = None
        self.opp_start = np.ones((1,), dtype=bool)

    def set_opponent(self, path):
        self.opponent.set_parameters(path, device="cpu")
        self.opponent_name = path

    def _view(self, side):
        return np.clip(self.core.features(side), -1.0, 1.0).astype(np.float32)

    def _opponent_move(self):
        move, self.opp_lstm = self.opponent.predict(
            self._view(2)[None], state=self.opp_lstm, episode_start=self.opp_start
        )
        self.opp_start = np.zeros((1,), dtype=bool)
        return int(move[0])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.core.new_match(int(self.np_random.integers(2**31)))
        self.opp_lstm = None
        self.opp_start = np.ones((1,), dtype=bool)
        self.frame = 0
        return self._view(1), {}

    def step(self, action):
        other = self._opponent_move()
        before = self.core.health()
        for _ in range(self.frame_skip):
            self.core.tick(int(action), other)
            self.frame += 1
        after = self.core.health()
        reward = (before[1] - after[1]) - (before[0] - after[0])
        ko = min(after) <= 0.0
        info = {"opponent": self.opponent_name}
        if ko:
            info["won"] = after[1] <= 0.0
        return self._view(1), float(reward), ko, self.frame >= ROUND_FRAMES, info
