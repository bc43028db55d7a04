import argparse
import copy
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from flotilla import Flotilla


class RNNAgent(nn.Module):
    def __init__(self, obs, n_actions, n_agents, hid=64):
        super().__init__()
        self.fc1 = nn.Linear(obs + n_agents, hid)
        self.rnn = nn.GRUCell(hid, hid)
        self.fc2 = nn.Linear(hid, n_actions)

    def init_hidden(self, n):
        return self.fc1.weight.new_zeros(n, self.rnn.hidden_size)

    def forward(self, x, h):
        h = self.rnn(F.relu(self.fc1(x)), h)
        return self.fc2(h), h


class Mixer(nn.Module):
    def __init__(self, n, state, emb=32):
        super().__init__()
        self.n, self.emb = n, emb
        self.w1, self.b1 = nn.Linear(state, n * emb), nn.Linear(state, emb)
        self.w2 = nn.Linear(state, emb)
        self.b2 = nn.Sequential(nn.Linear(state, emb), nn.ReLU(), nn.Linear(emb, 1))

    def forward(self, qs, s):
        w1 = self.w1(s).abs().view(*s.shape[:-1], self.n, self.emb)
        h = F.elu((qs.unsqueeze(-2) @ w1).squeeze(-2) + self.b1(s))
        return (h * self.w2(s).abs()).sum(-1) + self.b2(s).squeeze(-1)


class MAC:
    def __init__(self, env):
        self.n = env.n
        self.agent = RNNAgent(env.obs_dim, env.n_actions, env.n)
        self.hidden = None

    def init_hidden(self, batch):
        self.hidden = self.agent.init_hidden(batch * self.n)

    def forward(self, obs):
        # obs: (batch, agents, obs)
        b = obs.shape[0]
        ids = torch.eye(self.n).expand(b, -1, -1)
        q, self.hidden = self.agent(torch.cat([obs, ids], -1).view(b * self.n, -1), self.hidden)
        return q.view(b, self.n, -1)

    def unroll(self, obs):
        self.init_hidden(obs.shape[0])
        return torch.stack([self.forward(obs[:, t]) for t in range(obs.shape[1])], 1)


@torch.no_grad()
def episode(env, mac, eps):
    env.reset()
    mac.init_hidden(1)
    rows, done = [], False
    while not done:
        obs, state = env.obs(), env.state()
        greedy = mac.forward(torch.from_numpy(obs)[None])[0].argmax(-1).numpy()
        acts = np.where(np.random.rand(env.n) < eps, np.random.randint(env.n_actions, size=env.n), greedy)
        r, done = env.step(acts)
        rows.append((obs, state, acts, np.float32(r)))
    return [torch.from_numpy(np.stack(c)) for c in zip(*rows)]


def learn(batch, mac, target_mac, mixer, target_mixer, opt, gamma):
    obs, state, acts, rew = (torch.stack(c) for c in zip(*batch))
    q = mac.unroll(obs)
    chosen = q.gather(-1, acts.unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        tq = target_mac.unroll(obs).gather(-1, q.argmax(-1, keepdim=True)).squeeze(-1)
        nxt = target_mixer(tq, state)[:, 1:]
        y = rew.clone()
        y[:, :-1] += gamma * nxt
    loss = F.mse_loss(mixer(chosen, state), y)
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(list(mac.agent.parameters()) + list(mixer.parameters()), 10)
    opt.step()
    return loss.item()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--episodes", type=int, default=20000)
    p.add_argument("--target-update", type=int, default=200)
    p.add_argument("--test-every", type=int, default=500)
    a = p.parse_args()
    env, test_env = Flotilla(), Flotilla(seed=1)
    mac, target_mac = MAC(env), MAC(env)
    mixer = Mixer(env.n, env.state_dim)
    target_mixer = copy.deepcopy(mixer)
    target_mac.agent.load_state_dict(mac.agent.state_dict())
    opt = torch.optim.RMSprop(list(mac.agent.parameters()) + list(mixer.parameters()), lr=5e-4, alpha=0.99, eps=1e-5)
    buffer, best = deque(maxlen=5000), -1.0
    for n in range(1, a.episodes + 1):
        buffer.append(episode(env, mac, max(0.05, 1 - n / 5000)))
        if len(buffer) >= 32:
            learn(random.sample(buffer, 32), mac, target_mac, mixer, target_mixer, opt, 0.99)
        if n % a.target_update == 0:
            target_mac.agent.load_state_dict(mac.agent.state_dict())
            target_mixer.load_state_dict(mixer.state_dict())
        if n % a.test_every == 0:
            score = np.mean([float(episode(test_env, mac, 0.0)[3].sum()) for _ in range(16)])
            print(n, score)
            if score > best:
                best = score
                torch.save(mac.agent.state_dict(), "flotilla_best.th")
    mac.agent.load_state_dict(torch.load("flotilla_best.th"))
    print("best:", np.mean([float(episode(test_env, mac, 0.0)[3].sum()) for _ in range(100)]))


if __name__ == "__main__":
    main()
