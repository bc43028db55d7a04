import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn


class ClockEnv(gym.Env):
    """Only the clock side of bughouse: sit (wait for a piece) or move, on two boards."""

    def __init__(self, seconds=180.0):
        self.seconds = seconds
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.clock = np.array([self.seconds] * 4)
        self.pocket = np.zeros(2)
        return self.view(0), {}

    def view(self, who):
        me, other = (0, 1) if who == 0 else (1, 0)
        return np.array([self.clock[me] / self.seconds, self.clock[other] / self.seconds,
                         self.clock[2] / self.seconds, self.clock[3] / self.seconds,
                         self.pocket[me], self.pocket[other]], dtype=np.float32)

    def step(self, actions):
        for who, a in enumerate(actions):
            self.clock[who] -= (0.5, 1.5, 4.0)[a]
            if a == 2 and self.np_random.random() < 0.4:
                self.pocket[who] += 1
        self.clock[2:] -= self.np_random.uniform(0.5, 2.0, 2)
        done = bool((self.clock <= 0).any())
        reward = 0.0
        if done:
            reward = float(np.sign(self.pocket[0] - self.pocket[1] + 0.02 * (self.clock[0] - self.clock[1])))
        return self.view(0), reward, done, False, {}


class TimeNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.GRUCell(6, hidden)
        self.actor = nn.Linear(hidden, 3)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.rnn(x, h)
        return self.actor(h), self.critic(h).squeeze(-1), h


class OpponentWrapper(gym.Wrapper):
    """Turns the two-player env into a single-player one."""

    def __init__(self, env, hidden=64):
        super().__init__(env)
        self.opponent = TimeNet(hidden)
        self.opp_h = torch.zeros(1, hidden)

    def reset(self, **kw):
        self.opp_h = torch.zeros(1, self.opponent.hidden)
        return self.env.reset(**kw)

    @torch.no_grad()
    def step(self, action):
        x = torch.from_numpy(self.env.unwrapped.view(1)).unsqueeze(0)
        logits, _, self.opp_h = self.opponent(x, self.opp_h)
        opp_action = torch.distributions.Categorical(logits=logits).sample().item()
        return self.env.step((int(action), opp_action))

    def swap(self, path):
        self.opponent.load_state_dict(torch.load(path))
        for p in self.opponent.parameters():
            p.requires_grad_(False)
