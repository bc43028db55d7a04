import argparse
import copy
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from rally import VecRally


class Player(nn.Module):
    def __init__(self, obs_dim=4, n_act=3, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(obs_dim, hidden)
        self.rnn = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_act)
        self.v = nn.Linear(hidden, 1)

    def zero(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, x, state):
        h, c = self.rnn(F.relu(self.inp(x)), state)
        return self.pi(h), self.v(h).squeeze(-1), (h, c)


def sample(logits):
    return torch.distributions.Categorical(logits=logits).sample()


def mask(state, alive):
    return tuple(s * alive.unsqueeze(-1) for s in state)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=40)
    p.add_argument("--iters", type=int, default=200)
    p.add_argument("--horizon", type=int, default=16)
    p.add_argument("--envs", type=int, default=32)
    p.add_argument("--lr", type=float, default=7e-4)
    args = p.parse_args()

    venv = VecRally(args.envs)
    me = Player()
    rival = copy.deepcopy(me).eval()
    history = [copy.deepcopy(me.state_dict())]
    opt = torch.optim.RMSprop(me.parameters(), lr=args.lr)

    left, right = venv.reset()
    my_state = me.zero(args.envs)
    rival_state = rival.zero(args.envs)

    for rnd in range(args.rounds):
        rival.load_state_dict(random.choice(history))
        wins = 0.0
        for _ in range(args.iters):
            logps, values, rewards, alives, ents = [], [], [], [], []
            my_state = tuple(s.detach() for s in my_state)
            for _ in range(args.horizon):
                logits, v, my_state = me(torch.from_numpy(left), my_state)
                with torch.no_grad():
                    r_logits, _, rival_state = rival(torch.from_numpy(right), rival_state)
                a, b = sample(logits), sample(r_logits)
                (left, right), rew, done = venv.step(a.numpy(), b.numpy())
                alive = torch.from_numpy(1.0 - done.astype(np.float32))
                dist = torch.distributions.Categorical(logits=logits)
                logps.append(dist.log_prob(a))
                ents.append(dist.entropy())
                values.append(v)
                rewards.append(torch.from_numpy(rew))
                alives.append(alive)
                my_state = mask(my_state, alive)
                rival_state = mask(rival_state, alive)
                wins += rew.sum()
            with torch.no_grad():
                ret = me(torch.from_numpy(left), my_state)[1]
            loss = 0.0
            for t in reversed(range(args.horizon)):
                ret = rewards[t] + 0.99 * alives[t] * ret
                adv = ret - values[t]
                loss = loss + (0.5 * adv.pow(2) - logps[t] * adv.detach() - 0.01 * ents[t]).mean()
            opt.zero_grad()
            (loss / args.horizon).backward()
            nn.utils.clip_grad_norm_(me.parameters(), 0.5)
            opt.step()
        history.append(copy.deepcopy(me.state_dict()))
        print(f"round {rnd} net wins {wins:.0f} pool {len(history)}")
    torch.save(me.state_dict(), "rally.pt")


if __name__ == "__main__":
    main()
