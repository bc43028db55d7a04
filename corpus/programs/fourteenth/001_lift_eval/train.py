import argparse
import os

import torch
import torch.multiprocessing as mp
from torch.distributions import Categorical

from evaluator import evaluate_forever
from lift_env import LiftBank
from model import LiftPolicy


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ckpt-dir", default="ckpt")
    p.add_argument("--steps", type=int, default=2_000_000)
    p.add_argument("--unroll", type=int, default=40)
    p.add_argument("--save-every", type=int, default=10_000)
    p.add_argument("--gamma", type=float, default=0.99)
    args = p.parse_args()
    os.makedirs(args.ckpt_dir, exist_ok=True)

    mp.set_start_method("spawn")
    stop = mp.Event()
    ev = mp.Process(target=evaluate_forever, args=(args.ckpt_dir, stop))
    ev.start()

    env = LiftBank(seed=0)
    net = LiftPolicy(env.obs_dim)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4)
    obs, h = env.reset(), net.blank()
    for step in range(0, args.steps, args.unroll):
        logps, vals, ents, rews, live = [], [], [], [], []
        h = h.detach()
        for _ in range(args.unroll):
            logits, v, h = net(torch.from_numpy(obs).unsqueeze(0), h)
            dist = Categorical(logits=logits)
            a = dist.sample()
            obs, r, done = env.step(a.item())
            logps.append(dist.log_prob(a)), vals.append(v), ents.append(dist.entropy())
            rews.append(r), live.append(0.0 if done else 1.0)
            if done:
                obs, h = env.reset(), net.blank()
        with torch.no_grad():
            g = net(torch.from_numpy(obs).unsqueeze(0), h)[1]
        targets = []
        for r, m in zip(reversed(rews), reversed(live)):
            g = r + args.gamma * m * g
            targets.insert(0, g)
        adv = torch.cat(targets) - torch.cat(vals)
        loss = (-(torch.cat(logps) * adv.detach()) + 0.5 * adv.pow(2) - 0.01 * torch.cat(ents)).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        if step % args.save_every == 0:
            tmp = os.path.join(args.ckpt_dir, "tmp.part")
            torch.save({"model": net.state_dict(), "step": step}, tmp)
            os.replace(tmp, os.path.join(args.ckpt_dir, f"step_{step:09d}.pt"))

    stop.set()
    ev.join()


if __name__ == "__main__":
    main()
