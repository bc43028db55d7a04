"""Two-player Space Duel, trained against past selves (whole modules kept in the hall of fame)."""
import copy
import random

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from pettingzoo.atari import space_war_v2
import supersuit as ss

HALL_SIZE = 12
SEGMENT = 128
GAMMA = 0.995
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Pilot(nn.Module):
    def __init__(self, n_actions):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(2, 16, 8, 4), nn.ReLU(),
            nn.Conv2d(16, 32, 4, 2), nn.ReLU(), nn.Flatten())
        self.gru = nn.GRUCell(32 * 9 * 9, 256)
        self.pi = nn.Linear(256, n_actions)
        self.v = nn.Linear(256, 1)

    def forward(self, frame, h):
        h = self.gru(self.conv(frame), h)
        return self.pi(h), self.v(h), h


def zeros():
    return torch.zeros(1, 256, device=DEVICE)


def make_env():
    env = space_war_v2.parallel_env(max_cycles=4000)
    env = ss.color_reduction_v0(env, mode="B")
    env = ss.resize_v1(env, 84, 84)
    env = ss.frame_stack_v1(env, 2)
    return env


def prep(frame):
    x = torch.as_tensor(np.ascontiguousarray(frame), device=DEVICE).float() / 255.0
    return x.permute(2, 0, 1).unsqueeze(0)


class Match:
    """Holds the running game and both sides' memories."""

    def __init__(self, me, rival):
        self.env = make_env()
        self.me = me
        self.seat(rival)
        self.begin()

    def seat(self, rival):
        self.rival = rival.eval()
        self.rival_h = zeros()

    def begin(self):
        obs, _ = self.env.reset()
        self.a, self.b = self.env.possible_agents
        self.obs = obs
        self.my_h, self.rival_h = zeros(), zeros()

    def play(self, n):
        out = []
        self.my_h = self.my_h.detach()
        for _ in range(n):
            logits, v, self.my_h = self.me(prep(self.obs[self.a]), self.my_h)
            with torch.no_grad():
                r_logits, _, self.rival_h = self.rival(prep(self.obs[self.b]), self.rival_h)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            r_act = torch.distributions.Categorical(logits=r_logits).sample()
            self.obs, rew, term, trunc, _ = self.env.step({self.a: act.item(), self.b: r_act.item()})
            over = term[self.a] or trunc[self.a]
            out.append((dist.log_prob(act), v.squeeze(), rew[self.a], over, dist.entropy()))
            if over:
                self.begin()
        with torch.no_grad():
            tail = self.me(prep(self.obs[self.a]), self.my_h)[1].squeeze()
        return out, tail


def learn(opt, me, steps, tail):
    ret, loss = tail, 0.0
    for logp, v, r, over, ent in reversed(steps):
        ret = r + GAMMA * ret * (0.0 if over else 1.0)
        adv = ret - v
        loss = loss - logp * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ent
    opt.zero_grad()
    (loss / len(steps)).backward()
    nn.utils.clip_grad_norm_(me.parameters(), 40.0)
    opt.step()
    return sum(s[2] for s in steps)


def main(iterations=20000):
    n_actions = make_env().action_space("first_0").n
    me = Pilot(n_actions).to(DEVICE)
    opt = optim.RMSprop(me.parameters(), lr=1e-4, eps=1e-5)
    hall = [copy.deepcopy(me)]
    match = Match(me, hall[0])
    recent = []
    for i in range(iterations):
        steps, tail = match.play(SEGMENT)
        recent.append(learn(opt, me, steps, tail))
        if len(recent) >= 40 and np.mean(recent[-40:]) > 0.3:
            hall.append(copy.deepcopy(me))
            hall = hall[-HALL_SIZE:]
            recent = []
            match.seat(random.choice(hall))
        elif i % 100 == 99:
            match.seat(random.choice(hall))
        if i % 500 == 0:
            torch.save({"model": me.state_dict(), "i": i}, "pilot.pt")


if __name__ == "__main__":
    main()
