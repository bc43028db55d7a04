"""Online recurrent Q-learning on a small T-maze with a cue at the start (gymnasium env below)."""
import argparse
import random

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from gymnasium.envs.registration import register


class CueMaze(gym.Env):
    observation_space = gym.spaces.Box(0, 1, (4,), np.float32)
    action_space = gym.spaces.Discrete(4)

    def __init__(self, corridor=12):
        self.corridor = corridor

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x = 0
        self.cue = int(self.np_random.integers(2))
        return self._obs(), {}

    def _obs(self):
        o = np.zeros(4, dtype=np.float32)
        if self.x == 0:
            o[self.cue] = 1
        elif self.x == self.corridor:
            o[3] = 1
        else:
            o[2] = 1
        return o

    def step(self, a):
        if self.x == self.corridor and a in (2, 3):
            return self._obs(), (4.0 if a - 2 == self.cue else -1.0), True, False, {}
        if a == 0:
            self.x = min(self.corridor, self.x + 1)
        elif a == 1:
            self.x = max(0, self.x - 1)
        return self._obs(), -0.05, False, False, {}


register("CueMaze-v0", entry_point=CueMaze, max_episode_steps=200)


class QNet(nn.Module):
    def __init__(self, n_obs=4, n_act=4, size=32):
        super().__init__()
        self.size = size
        self.rnn = nn.LSTMCell(n_obs, size)
        self.q = nn.Linear(size, n_act)

    def zero(self):
        return torch.zeros(1, self.size), torch.zeros(1, self.size)

    def forward(self, obs, state):
        state = self.rnn(torch.from_numpy(obs)[None], state)
        return self.q(state[0])[0], state


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=30000)
    ap.add_argument("--bptt", type=int, default=20)
    ap.add_argument("--target-every", type=int, default=250)
    ap.add_argument("--gamma", type=float, default=0.98)
    args = ap.parse_args()

    env = gym.make("CueMaze-v0")
    net, target = QNet(), QNet()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    steps, avg = 0, 0.0

    for ep in range(args.episodes):
        eps = max(0.05, 1 - ep / 5000)
        obs, _ = env.reset()
        s, s_target = net.zero(), target.zero()
        with torch.no_grad():
            _, s_target = target(obs, s_target)
        over, losses, total = False, [], 0.0
        while not over:
            q, s = net(obs, s)
            a = random.randrange(4) if random.random() < eps else int(q.argmax())
            obs, r, term, trunc, _ = env.step(a)
            total += r
            over = term or trunc
            with torch.no_grad():
                q_next, s_target = target(obs, s_target)
                y = r + args.gamma * q_next.max() * (not term)
            losses.append(F.smooth_l1_loss(q[a], y))
            steps += 1
            if len(losses) == args.bptt or over:
                opt.zero_grad()
                torch.stack(losses).mean().backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                opt.step()
                losses = []
                s = tuple(t.detach() for t in s)
            if steps % args.target_every == 0:
                target.load_state_dict(net.state_dict())
        avg += 0.02 * (total - avg)
        if ep % 200 == 0:
            print(f"episode {ep} steps {steps} return {avg:.2f} eps {eps:.2f}")


if __name__ == "__main__":
    main()
