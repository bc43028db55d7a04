import argparse

import torch
import torch.nn.functional as F
from torch import nn

from vecenvs import make_vec  # in-house

TAU = 0.01


class Q(nn.Module):
    def __init__(self, n, k, w=128):
        super().__init__()
        self.i = nn.Linear(n, w)
        self.r = nn.GRU(w, w)
        self.o = nn.Linear(w, k)

    def forward(self, x, h):
        y, h = self.r(F.relu(self.i(x)), h)
        return self.o(y), h


def soft_update(target, source, tau=TAU):
    for tp, sp in zip(target.parameters(), source.parameters()):
        tp.data.copy_(tau * sp.data + (1.0 - tau) * tp.data)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="popgym-RepeatPreviousEasy-v0")
    ap.add_argument("--n", type=int, default=32)
    ap.add_argument("--iters", type=int, default=200_000)
    ap.add_argument("--T", type=int, default=16)
    args = ap.parse_args()

    venv = make_vec(args.env, args.n)
    online = Q(venv.obs_dim, venv.n_actions)
    # acting with the averaged net is smoother than eps-greedy on the raw one
    ema = Q(venv.obs_dim, venv.n_actions)
    ema.load_state_dict(online.state_dict())
    opt = torch.optim.Adam(online.parameters(), 3e-4)

    obs = venv.reset()
    h = torch.zeros(1, args.n, 128)
    eps = 1.0
    for it in range(args.iters):
        h0 = h.clone()
        O, A, R, D = [], [], [], []
        for _ in range(args.T):
            with torch.no_grad():
                q, h = ema(obs.unsqueeze(0), h)
            a = q[0].argmax(-1)
            rnd = torch.rand(args.n) < eps
            a[rnd] = torch.randint(venv.n_actions, (int(rnd.sum()),))
            nobs, r, d = venv.step(a)
            O.append(obs); A.append(a); R.append(r); D.append(d.float())
            h = h * (1 - d.float()).view(1, -1, 1)
            obs = nobs
        o, a, r, d = map(torch.stack, (O, A, R, D))
        q, _ = online(o, h0)
        with torch.no_grad():
            tq, _ = ema(o, h0)
        y = r[:-1] + 0.99 * (1 - d[:-1]) * tq[1:].max(-1).values
        loss = F.smooth_l1_loss(q[:-1].gather(-1, a[:-1].unsqueeze(-1)).squeeze(-1), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        soft_update(ema, online)
        eps = max(0.05, eps * 0.9999)
        if it % 1000 == 0:
            print(it, loss.item(), r.mean().item(), round(eps, 3))


if __name__ == "__main__":
    main()
