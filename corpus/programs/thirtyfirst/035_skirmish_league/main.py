import argparse

import torch

from arena import Arena
from league import Captain, Hall, Opposition


def gae(rew, val, last, done, gamma=0.99, lam=0.95):
    adv, run = torch.zeros_like(rew), torch.zeros(rew.shape[1])
    for t in reversed(range(len(rew))):
        nxt = last if t == len(rew) - 1 else val[t + 1]
        live = 1.0 - done[t]
        delta = rew[t] + gamma * live * nxt - val[t]
        run = delta + gamma * lam * live * run
        adv[t] = run
    return adv, adv + val


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=256)
    ap.add_argument("--slots", type=int, default=8)
    ap.add_argument("--iters", type=int, default=2000)
    ap.add_argument("--span", type=int, default=64)
    args = ap.parse_args()

    env = Arena(args.envs)
    make = lambda: Captain(env.obs_dim, env.n_actions)
    me = make()
    opt = torch.optim.Adam(me.parameters(), 3e-4)
    hall = Hall()
    hall.admit("gen0", me, veteran=True)
    foes = Opposition(hall, make, args.envs, args.slots)
    h = torch.zeros(args.envs, me.size)
    c = torch.zeros(args.envs, me.size)

    for it in range(args.iters):
        if it % 5 == 0:
            foes.reseat()
        h0, c0 = h, c
        obs_l, act_l, rew_l, done_l, lp_l, val_l = [], [], [], [], [], []
        for _ in range(args.span):
            obs = env.view(0)
            with torch.no_grad():
                logits, v, h, c = me(obs, h, c)
            d = torch.distributions.Categorical(logits=logits)
            a = d.sample()
            r, done, won = env.step(a, foes.act(env.view(1)))
            foes.over(done, won)
            live = (~done).float().unsqueeze(-1)
            h, c = h * live, c * live
            for box, item in zip((obs_l, act_l, rew_l, done_l, lp_l, val_l),
                                 (obs, a, r, done.float(), d.log_prob(a), v)):
                box.append(item)
        rew, done, val, lp = (torch.stack(x) for x in (rew_l, done_l, val_l, lp_l))
        with torch.no_grad():
            last = me(env.view(0), h, c)[1]
        adv, ret = gae(rew, val, last, done)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(3):
            hh, cc, new_lp, new_v, ent = h0, c0, [], [], []
            for t in range(args.span):
                logits, v, hh, cc = me(obs_l[t], hh, cc)
                d = torch.distributions.Categorical(logits=logits)
                new_lp.append(d.log_prob(act_l[t]))
                new_v.append(v)
                ent.append(d.entropy())
                live = (1.0 - done[t]).unsqueeze(-1)
                hh, cc = hh * live, cc * live
            ratio = (torch.stack(new_lp) - lp).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = pg + 0.5 * (torch.stack(new_v) - ret).pow(2).mean() - 0.01 * torch.stack(ent).mean()
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(me.parameters(), 0.5)
            opt.step()
        if it % 20 == 19:
            hall.admit(f"gen{it + 1}", me, veteran=it % 200 == 199)
            print(it, f"reward {rew.mean():.4f} hall {len(hall.entries)}")


if __name__ == "__main__":
    main()
