import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

PASS = 0
N_CALLS = 36  # pass + 35 suit/NT bids
HCP = np.array([0] * 9 + [1, 2, 3, 4])


class BiddingEnv(gym.Env):
    """South bids, North is a simple rule bot, East and West are a frozen rival net."""

    def __init__(self, max_calls=40):
        self.observation_space = spaces.Box(0.0, 1.0, (52 + N_CALLS + 4,), np.float32)
        self.action_space = spaces.Discrete(N_CALLS)
        self.max_calls = max_calls
        self.rival = None
        self.rival_states = {1: None, 3: None}

    def set_rival(self, path):
        self.rival = RecurrentPPO.load(path, device="cpu")

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.hands = self.np_random.permutation(52).reshape(4, 13)
        self.contract, self.declarer = PASS, None
        self.passes = self.calls = 0
        self.rival_states = {1: None, 3: None}
        return self._obs(0), {}

    def _points(self, seat):
        return int(HCP[self.hands[seat] % 13].sum())

    def _obs(self, seat):
        obs = np.zeros(self.observation_space.shape, np.float32)
        obs[self.hands[seat]] = 1
        obs[52 + self.contract] = 1
        if self.declarer is not None:
            obs[52 + N_CALLS + (self.declarer - seat) % 4] = 1
        return obs

    def _call(self, seat, call):
        self.calls += 1
        if call > self.contract:
            self.contract, self.declarer, self.passes = call, seat, 0
        else:
            self.passes += 1

    def _over(self):
        limit = 3 if self.declarer is not None else 4
        return self.passes >= limit or self.calls >= self.max_calls

    def _partner_call(self):
        if self._points(2) >= 12 and self.contract < 6:
            return self.contract + 1
        return PASS

    def _rival_call(self, seat):
        if self.rival is None:
            return int(self.np_random.integers(0, 6)) if self._points(seat) > 11 else PASS
        state = self.rival_states[seat]
        call, self.rival_states[seat] = self.rival.predict(
            self._obs(seat), state=state, episode_start=np.array([state is None])
        )
        return int(call)

    def _score(self):
        if self.declarer is None:
            return 0.0
        ours = self.declarer % 2 == 0
        pair = (0, 2) if ours else (1, 3)
        tricks = (self._points(pair[0]) + self._points(pair[1])) / 40 * 13
        need = 6 + (self.contract + 4) // 5
        points = (need - 6) * 0.3 if tricks >= need else -(need - tricks) * 0.5
        return points if ours else -points

    def step(self, action):
        self._call(0, int(action))
        for seat in (1, 2, 3):
            if self._over():
                break
            self._call(seat, self._partner_call() if seat == 2 else self._rival_call(seat))
        done = self._over()
        return self._obs(0), self._score() if done else 0.0, done, False, {}
