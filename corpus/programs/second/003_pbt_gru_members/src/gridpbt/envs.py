import numpy as np


class BlindPole:
    """Cart-pole whose velocities are hidden from the agent."""

    GRAVITY = 9.8
    CART = 1.0
    POLE = 0.1
    HALF_LENGTH = 0.5
    FORCE = 10.0
    TAU = 0.02

    def __init__(self, seed=0, max_steps=500):
        self.rng = np.random.default_rng(seed)
        self.max_steps = max_steps
        self.state = None
        self.steps = 0

    @property
    def obs_dim(self):
        return 2

    @property
    def n_actions(self):
        return 2

    def reset(self):
        self.state = self.rng.uniform(-0.05, 0.05, size=4)
        self.steps = 0
        return self._view()

    def _view(self):
        x, _, theta, _ = self.state
        return np.array([x / 2.4, theta / 0.21], dtype=np.float32)

    def step(self, action):
        x, x_dot, theta, theta_dot = self.state
        force = self.FORCE if action == 1 else -self.FORCE
        total = self.CART + self.POLE
        ml = self.POLE * self.HALF_LENGTH
        cos, sin = np.cos(theta), np.sin(theta)
        temp = (force + ml * theta_dot**2 * sin) / total
        theta_acc = (self.GRAVITY * sin - cos * temp) / (
            self.HALF_LENGTH * (4.0 / 3.0 - self.POLE * cos**2 / total)
        )
        x_acc = temp - ml * theta_acc * cos / total
        self.state = np.array(
            [
                x + self.TAU * x_dot,
                x_dot + self.TAU * x_acc,
                theta + self.TAU * theta_dot,
                theta_dot + self.TAU * theta_acc,
            ]
        )
        self.steps += 1
        fell = bool(abs(self.state[0]) > 2.4 or abs(self.state[2]) > 0.21)
        done = fell or self.steps >= self.max_steps
        return self._view(), 1.0, done, {"fell": fell}


class PoleVec:
    """Steps a list of environments one after another and restarts finished ones."""

    def __init__(self, fns):
        self.envs = [fn() for fn in fns]
        self.num_envs = len(self.envs)
        self.ep_return = np.zeros(self.num_envs, dtype=np.float64)
        self.ep_length = np.zeros(self.num_envs, dtype=np.int64)

    def reset(self):
        self.ep_return[:] = 0.0
        self.ep_length[:] = 0
        return np.stack([env.reset() for env in self.envs])

    def step(self, actions):
        obs, rewards, dones, infos = [], [], [], []
        for i, (env, action) in enumerate(zip(self.envs, actions)):
            o, r, d, info = env.step(int(action))
            info = dict(info)
            self.ep_return[i] += r
            self.ep_length[i] += 1
            if d:
                info["episode"] = {"r": float(self.ep_return[i]), "l": int(self.ep_length[i])}
                self.ep_return[i] = 0.0
                self.ep_length[i] = 0
                o = env.reset()
            obs.append(o)
            rewards.append(r)
            dones.append(d)
            infos.append(info)
        return (
            np.stack(obs),
            np.asarray(rewards, dtype=np.float32),
            np.asarray(dones, dtype=np.float32),
            infos,
        )
