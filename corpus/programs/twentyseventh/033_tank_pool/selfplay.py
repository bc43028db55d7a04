import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

ACTIONS = 5  # forward, back, left, right, fire
ARENA = 12


class TankNet(nn.Module):
    def __init__(self, n_obs=7, hid=64):
        super().__init__()
        self.fc = nn.Linear(n_obs, hid)
        self.rnn = nn.LSTMCell(hid, hid)
        self.out = nn.Linear(hid, ACTIONS)
        self.h = self.c = None

    def clear(self):
        self.h = self.c = None

    def forward(self, x):
        x = F.relu(self.fc(x))
        if self.h is None:
            self.h = torch.zeros(1, self.rnn.hidden_size)
            self.c = torch.zeros(1, self.rnn.hidden_size)
        self.h, self.c = self.rnn(x, (self.h, self.c))
        return self.out(self.h)


DIRS = [(0, 1), (1, 0), (0, -1), (-1, 0)]


class Tank:
    def __init__(self, x, y, d):
        self.x, self.y, self.d = x, y, d
        self.hp = 3
        self.reload = 0

    def act(self, a, other):
        hit = False
        dx, dy = DIRS[self.d]
        if a == 0 or a == 1:
            s = 1 if a == 0 else -1
            self.x = min(ARENA - 1, max(0, self.x + s * dx))
            self.y = min(ARENA - 1, max(0, self.y + s * dy))
        elif a == 2:
            self.d = (self.d - 1) % 4
        elif a == 3:
            self.d = (self.d + 1) % 4
        elif a == 4 and self.reload == 0:
            self.reload = 4
            for k in range(1, ARENA):
                if (self.x + k * dx, self.y + k * dy) == (other.x, other.y):
                    other.hp -= 1
                    hit = True
        self.reload = max(0, self.reload - 1)
        return hit


class Duel:
    """Duel arena; the other tank is driven by an older copy from the pool."""

    def __init__(self, pool, limit=200):
        self.pool = pool
        self.limit = limit
        self.foe_net = TankNet()

    def view(self, me, you):
        visible = abs(me.x - you.x) < 4 or abs(me.y - you.y) < 4
        rel = [(you.x - me.x) / ARENA, (you.y - me.y) / ARENA] if visible else [0.0, 0.0]
        return torch.tensor([[me.x / ARENA, me.y / ARENA, me.d / 3, me.reload / 4, float(visible)] + rel])

    def reset(self):
        self.foe_net.load_state_dict(random.choice(self.pool))
        self.foe_net.clear()
        self.a = Tank(0, random.randrange(ARENA), 1)
        self.b = Tank(ARENA - 1, random.randrange(ARENA), 3)
        self.t = 0
        return self.view(self.a, self.b)

    def step(self, action):
        with torch.no_grad():
            logits = self.foe_net(self.view(self.b, self.a))
        foe_action = torch.distributions.Categorical(logits=logits).sample().item()
        reward = 0.0
        if self.a.act(action, self.b):
            reward += 1
        if self.b.act(foe_action, self.a):
            reward -= 1
        self.t += 1
        done = self.a.hp <= 0 or self.b.hp <= 0 or self.t >= self.limit
        return self.view(self.a, self.b), reward, done


def play(duel, net):
    net.clear()
    obs = duel.reset()
    logp, rew, done = [], [], False
    while not done:
        d = torch.distributions.Categorical(logits=net(obs))
        a = d.sample()
        obs, r, done = duel.step(a.item())
        logp.append(d.log_prob(a))
        rew.append(r)
    return torch.cat(logp), rew


def main():
    net = TankNet()
    pool = [copy.deepcopy(net.state_dict())]
    duel = Duel(pool)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4)
    baseline = 0.0
    for game in range(30000):
        logp, rew = play(duel, net)
        rets, g = [], 0.0
        for r in reversed(rew):
            g = r + 0.99 * g
            rets.append(g)
        rets = torch.tensor(rets[::-1])
        baseline = 0.99 * baseline + 0.01 * rets.mean().item()
        loss = -(logp * (rets - baseline)).sum()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if game % 500 == 499:
            pool.append(copy.deepcopy(net.state_dict()))
            del pool[:-20]
            print(game, "baseline", round(baseline, 3))


if __name__ == "__main__":
    main()
