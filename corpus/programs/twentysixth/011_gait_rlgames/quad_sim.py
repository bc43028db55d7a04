import gym
import numpy as np


class QuadSim(gym.Env):
    """Planar four-legged robot with spring legs on a course of flat, slope and rubble."""

    SECTIONS = ("flat", "slope", "rubble", "flat", "rubble")

    def __init__(self, section_len=6.0, dt=0.02):
        self.section_len = section_len
        self.dt = dt
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (14,), dtype=np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (8,), dtype=np.float32)
        self.rng = np.random.default_rng(0)

    @property
    def terrain(self):
        return self.SECTIONS[min(int(self.x // self.section_len), len(self.SECTIONS) - 1)]

    def _ground(self):
        if self.terrain == "slope":
            return 0.25
        if self.terrain == "rubble":
            return self.rng.normal(0, 0.15)
        return 0.0

    def _obs(self):
        return np.concatenate([[self.v, self.pitch, self.dpitch], self.hip, self.knee,
                               self.contact[:3]]).astype(np.float32)

    def reset(self):
        self.x, self.v, self.pitch, self.dpitch, self.t = 0.0, 0.0, 0.0, 0.0, 0
        self.hip = self.rng.normal(0, 0.05, 4)
        self.knee = self.rng.normal(0.5, 0.05, 4)
        self.contact = np.ones(4)
        return self._obs()

    def step(self, action):
        action = np.clip(action, -1, 1)
        dhip, dknee = 6 * action[:4], 6 * action[4:]
        self.hip = np.clip(self.hip + dhip * self.dt, -0.9, 0.9)
        self.knee = np.clip(self.knee + dknee * self.dt, 0.0, 1.4)
        foot = np.cos(self.hip) - 0.3 * self.knee + 0.02 * self._ground()
        self.contact = (foot > foot.mean() - 0.02).astype(float)
        push = np.sum(-dhip * self.contact) / (4 * 6)
        self.v += self.dt * (8 * push - 0.8 * self.v - 3 * self._ground())
        self.dpitch += self.dt * (np.dot(self.contact, [1, 1, -1, -1]) - 4 * self.pitch - self.dpitch)
        self.pitch += self.dt * self.dpitch
        self.x = max(0.0, self.x + self.v * self.dt)
        self.t += 1
        fell = abs(self.pitch) > 0.8
        done = fell or self.t >= 4000 or self.x > self.section_len * len(self.SECTIONS)
        return self._obs(), self.v - 0.02 * float(np.square(action).sum()) - 10.0 * fell, done, {}
