"""PPO self-play for 'mini hexapawn chess' on many boards in parallel.

The learner always plays first; the opponent answers inside the same step.
"""
import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

from boards import VecBoards

N = 256
T = 16
ITERS = 5000
SNAP_EVERY = 25
HID = 192


class Net(nn.Module):
    def __init__(self, obs_dim, n_moves):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_dim, 256), nn.ReLU(), nn.Linear(256, HID), nn.ReLU())
        self.rnn = nn.GRUCell(HID, HID)
        self.pi = nn.Linear(HID, n_moves)
        self.v = nn.Linear(HID, 1)

    def forward(self, obs, h, legal):
        h = self.rnn(self.body(obs), h)
        logits = self.pi(h).masked_fill(~legal, -1e8)
        return Categorical(logits=logits), self.v(h).squeeze(-1), h


def snapshot(net):
    return {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}


def gae(rew, val, done, last, gamma=0.995, lam=0.95):
    adv = torch.zeros_like(rew)
    run = torch.zeros_like(last)
    for t in reversed(range(T)):
        nxt = last if t == T - 1 else val[t + 1]
        live = 1.0 - done[t]
        delta = rew[t] + gamma * nxt * live - val[t]
        run = delta + gamma * lam * live * run
        adv[t] = run
    return adv


def main(device="cuda"):
    boards = VecBoards(N, device)
    net = Net(boards.obs_dim, boards.n_moves).to(device)
    opp = Net(boards.obs_dim, boards.n_moves).to(device).requires_grad_(False)
    opt = torch.optim.Adam(net.parameters(), lr=2.5e-4)
    pool = [snapshot(net)]

    obs, legal = boards.reset()
    h = torch.zeros(N, HID, device=device)
    opp_h = torch.zeros(N, HID, device=device)

    for it in range(ITERS):
        opp.load_state_dict(pool[-1] if random.random() < 0.6 else random.choice(pool))
        h0 = h.clone()
        buf = []
        with torch.no_grad():
            for _ in range(T):
                dist, val, h_new = net(obs, h, legal)
                move = dist.sample()
                o_obs, o_legal, rew, done = boards.play(move)
                o_dist, _, opp_h = opp(o_obs, opp_h, o_legal)
                nobs, nlegal, rew2, done2 = boards.reply(o_dist.sample(), done)
                rew, done = rew + rew2, torch.maximum(done, done2)
                buf.append((obs, legal, move, dist.log_prob(move), val, rew, done))
                live = (1.0 - done).unsqueeze(1)
                h = h_new * live
                opp_h = opp_h * live
                obs, legal = nobs, nlegal
            last = net(obs, h, legal)[1]
        O, L, A, LP, V, R, D = (torch.stack(x) for x in zip(*buf))
        adv = gae(R, V, D, last)
        ret = adv + V
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)

        for _ in range(3):
            hh = h0
            pl = vl = ent = 0.0
            for t in range(T):
                dist, val, hh = net(O[t], hh, L[t])
                ratio = (dist.log_prob(A[t]) - LP[t]).exp()
                pl = pl - torch.min(ratio * adv[t], ratio.clamp(0.8, 1.2) * adv[t]).mean()
                vl = vl + (val - ret[t]).pow(2).mean()
                ent = ent + dist.entropy().mean()
                hh = hh * (1.0 - D[t]).unsqueeze(1)
            loss = (pl + 0.5 * vl - 0.01 * ent) / T
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            opt.step()

        if it % SNAP_EVERY == 0:
            pool.append(snapshot(net))
            pool = pool[-40:]
            print(it, "mean reward", R.sum(0).mean().item())


if __name__ == "__main__":
    main("cuda" if torch.cuda.is_available() else "cpu")
