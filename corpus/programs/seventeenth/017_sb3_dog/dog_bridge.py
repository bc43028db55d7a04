import struct
import time

import gymnasium as gym
import numpy as np
import serial
from gymnasium import spaces

NEUTRAL = np.tile([0.0, 0.75, -1.5], 4).astype(np.float32)


class DogEnv(gym.Env):
    """Real dog behind a microcontroller at 50 Hz."""

    def __init__(self, port="/dev/ttyUSB0", seconds=60):
        self.link = serial.Serial(port, 1_000_000, timeout=0.05)
        self.observation_space = spaces.Box(-np.inf, np.inf, (33,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (12,), np.float32)
        self.limit = seconds * 50

    def _read(self):
        raw = self.link.read(4 * 30)
        s = np.array(struct.unpack("<30f", raw), np.float32)
        return np.concatenate([s, self.command])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.command = np.asarray((options or {}).get("command", [0.4, 0.0, 0.0]), np.float32)
        self._send(NEUTRAL)
        time.sleep(3.0)
        self.link.reset_input_buffer()
        self.n, self.deadline = 0, time.monotonic()
        return self._read(), {}

    def _send(self, q):
        self.link.write(struct.pack("<12f", *q))

    def step(self, action):
        self._send(NEUTRAL + 0.3 * action)
        self.deadline += 0.02
        time.sleep(max(0.0, self.deadline - time.monotonic()))
        obs = self._read()
        self.n += 1
        fallen = obs[5] > -0.5
        reward = float(-np.abs(obs[0:2] - self.command[:2]).sum())
        return obs, reward, bool(fallen), self.n >= self.limit, {"late": time.monotonic() > self.deadline + 0.01}
