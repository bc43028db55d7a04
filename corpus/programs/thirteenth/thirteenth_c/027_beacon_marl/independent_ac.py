"""Independent actor-critic with knowledge transfer: every K segments the weakest
robot takes over the parameters of the strongest one (section 4.2 of the draft)."""
import argparse
from collections import deque

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from beacon_env import BeaconEnv


class RecurrentAC(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.gru = nn.GRU(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def initial_hidden(self):
        return torch.zeros(1, 1, self.hidden)

    def forward(self, obs, h):
        x = self.encoder(torch.as_tensor(obs)).view(1, 1, -1)
        y, h = self.gru(x, h)
        y = y.view(-1)
        return Categorical(logits=self.actor(y)), self.critic(y).squeeze(), h


def segment_loss(traj, bootstrap, gamma):
    ret, policy, value = bootstrap, 0.0, 0.0
    for logp, v, ent, r in reversed(traj):
        ret = r + gamma * ret
        adv = ret - v
        policy = policy - logp * adv.detach() - 0.01 * ent
        value = value + adv.pow(2)
    return (policy + 0.5 * value) / len(traj)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--segments", type=int, default=20000)
    p.add_argument("--segment-len", type=int, default=40)
    p.add_argument("--transfer-every", type=int, default=125)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--lr", type=float, default=7e-4)
    args = p.parse_args()

    env = BeaconEnv()
    nets = {a: RecurrentAC(env.obs_dim, env.n_actions) for a in env.agents}
    optims = {a: torch.optim.RMSprop(nets[a].parameters(), lr=args.lr) for a in env.agents}
    recent = {a: deque(maxlen=50) for a in env.agents}

    obs = env.reset()
    hidden = {a: nets[a].initial_hidden() for a in env.agents}

    for seg in range(1, args.segments + 1):
        hidden = {a: h.detach() for a, h in hidden.items()}
        traj = {a: [] for a in env.agents}
        done = False
        for _ in range(args.segment_len):
            actions, partial = {}, {}
            for a in env.agents:
                dist, v, hidden[a] = nets[a](obs[a], hidden[a])
                act = dist.sample()
                actions[a] = act.item()
                partial[a] = (dist.log_prob(act), v, dist.entropy())
            obs, rewards, done = env.step(actions)
            for a in env.agents:
                traj[a].append((*partial[a], rewards[a]))
            if done:
                break

        for a in env.agents:
            with torch.no_grad():
                boot = 0.0 if done else nets[a](obs[a], hidden[a])[1]
            loss = segment_loss(traj[a], boot, args.gamma)
            optims[a].zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(nets[a].parameters(), 1.0)
            optims[a].step()
            recent[a].append(sum(step[3] for step in traj[a]))

        if done:
            obs = env.reset()
            hidden = {a: nets[a].initial_hidden() for a in env.agents}

        if seg % args.transfer_every == 0:
            means = {a: float(np.mean(recent[a])) for a in env.agents}
            teacher, pupil = max(means, key=means.get), min(means, key=means.get)
            if teacher != pupil:
                nets[pupil].load_state_dict(nets[teacher].state_dict())
                optims[pupil] = torch.optim.RMSprop(nets[pupil].parameters(), lr=args.lr)
                hidden[pupil] = nets[pupil].initial_hidden()
                recent[pupil].clear()
                recent[pupil].append(means[teacher])
            print(seg, {a: round(m, 2) for a, m in means.items()}, pupil, "<-", teacher)


if __name__ == "__main__":
    main()
