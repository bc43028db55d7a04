import numpy as np
import torch

from agent import Walker


class Legs:
    """Twelve joints as damped springs with a gait clock; the robot is righted after a fall."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.act_dim = 26, 12

    def reset(self):
        self.q = self.rng.normal(0, 0.05, 12)
        self.dq = np.zeros(12)
        self.tilt = 0.0
        self.speed = 0.0
        return self._obs()

    def _obs(self):
        imu = np.array([self.tilt, self.speed]) + self.rng.normal(0, 0.02, 2)
        return np.concatenate([self.q, self.dq, imu]).astype(np.float32)

    def step(self, a):
        self.dq += 0.05 * (8 * (a - self.q) - 0.8 * self.dq)
        self.q += 0.05 * self.dq
        left, right = self.q[:6].mean(), self.q[6:].mean()
        self.speed += 0.1 * (abs(self.dq[:6].mean() - self.dq[6:].mean()) - self.speed)
        self.tilt += 0.05 * (left - right) + self.rng.normal(0, 0.01)
        fallen = abs(self.tilt) > 0.8
        return self._obs(), float(self.speed - 0.001 * np.square(a).sum() - fallen), fallen


class Tape:
    def __init__(self):
        self.rows = []

    def add(self, obs, act, rew, first):
        self.rows.append((obs, act.astype(np.float32), np.float32(rew), np.float32(first)))

    def sample(self, n, length, rng):
        strips = [self.rows[s : s + length] for s in rng.integers(0, len(self.rows) - length, n)]
        return tuple(torch.from_numpy(np.stack([np.stack([r[i] for r in st]) for st in strips], 1)) for i in range(4))


def main(steps=200_000, prefill=2000):
    rng = np.random.default_rng(1)
    legs, tape = Legs(), Tape()
    dog = Walker(legs.obs_dim, legs.act_dim)
    still = np.zeros(legs.act_dim)
    obs = legs.reset()
    tape.add(obs, still, 0.0, 1.0)
    for t in range(steps):
        act = dog.act(obs, 1.0 if t < prefill else 0.2)
        obs, rew, fallen = legs.step(act)
        tape.add(obs, act, rew, 0.0)
        if fallen:
            obs = legs.reset()
            dog.stand_up()
            tape.add(obs, still, 0.0, 1.0)
        if t == prefill:
            dog.held_out = tape.sample(16, 32, rng)
        if t > prefill and t % 4 == 0:
            dog.learn(tape.sample(16, 32, rng))
        if t > prefill and t % 500 == 0:
            print(t, "model loss on held-out data %.3f" % dog.audit(), "speed %.3f" % legs.speed)


if __name__ == "__main__":
    main()
