import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from snake import Snake


class SnakeNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.embed = nn.Linear(7, 32)
        self.rnn = nn.GRUCell(32, hidden)
        self.pi = nn.Linear(hidden, 4)
        self.vf = nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, obs, hx):
        hx = self.rnn(torch.relu(self.embed(obs)), hx)
        return self.pi(hx), self.vf(hx)[:, 0], hx


class SnakeAgent:
    def __init__(self, lr):
        self.net = SnakeNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.memory = {}

    def recall(self, ids):
        return torch.stack([self.memory.get(i, torch.zeros(self.net.hidden)) for i in ids])

    def act(self, ids, obs):
        logits, value, hx = self.net(torch.from_numpy(obs), self.recall(ids))
        for i, h in zip(ids, hx):
            self.memory[i] = h
        dist = Categorical(logits=logits)
        action = dist.sample()
        return action, dist, value

    def end(self, i):
        self.memory.pop(i, None)

    def cut(self):
        self.memory = {i: h.detach() for i, h in self.memory.items()}

    def from_teacher(self, path, parts=("embed", "rnn")):
        teacher = torch.load(path, map_location="cpu")
        own = self.net.state_dict()
        own.update({k: v for k, v in teacher.items() if k.split(".")[0] in parts})
        self.net.load_state_dict(own)


def play(args):
    games = [Snake() for _ in range(args.games)]
    ids = list(range(args.games))
    agent = SnakeAgent(args.lr)
    obs = np.stack([g.reset() for g in games])
    eaten = 0

    for update in range(args.updates):
        if args.teacher and update == args.solo_updates:
            agent.from_teacher(args.teacher)
            print("teacher's torso taken over")
        steps = []
        for _ in range(args.steps):
            action, dist, value = agent.act(ids, obs)
            nxt, rew, end = [], [], []
            for i, g in enumerate(games):
                o, r, d = g.step(int(action[i]))
                if d:
                    o = g.reset()
                    agent.end(i)
                eaten += r > 0.5
                nxt.append(o), rew.append(r), end.append(float(d))
            obs = np.stack(nxt)
            steps.append((dist.log_prob(action), dist.entropy(), value,
                          torch.tensor(rew), torch.tensor(end)))
        with torch.no_grad():
            _, ret, _ = agent.net(torch.from_numpy(obs), agent.recall(ids))
        loss = 0
        for logp, ent, value, rew, end in reversed(steps):
            ret = rew + args.gamma * ret * (1 - end)
            adv = ret - value
            loss = loss + (adv ** 2 * 0.5 - logp * adv.detach() - args.ent * ent).mean()
        agent.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(agent.net.parameters(), 0.5)
        agent.opt.step()
        agent.cut()
        if update % 100 == 0:
            print(update, "apples", eaten)
            eaten = 0


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=16)
    ap.add_argument("--steps", type=int, default=20)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--solo-updates", type=int, default=500)
    ap.add_argument("--teacher", default="teacher.pt")
    ap.add_argument("--gamma", type=float, default=0.97)
    ap.add_argument("--ent", type=float, default=0.01)
    ap.add_argument("--lr", type=float, default=5e-4)
    play(ap.parse_args())
