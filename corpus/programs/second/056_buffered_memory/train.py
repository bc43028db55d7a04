import argparse
import logging

import numpy as np
import torch

from bufmem.env import MazeVec
from bufmem.io import resume, save
from bufmem.modules import MemoryActorCritic

log = logging.getLogger("train")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--n-envs", type=int, default=16)
    ap.add_argument("--steps", type=int, default=24)
    ap.add_argument("--updates", type=int, default=40_000)
    ap.add_argument("--length", type=int, default=12)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--save-every", type=int, default=200)
    ap.add_argument("--checkpoint", default="out/last.pt")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(0)
    envs = MazeVec(args.n_envs, length=args.length)
    model = MemoryActorCritic(4, 4, args.n_envs)
    opt = torch.optim.Adam(model.parameters(), lr=args.lr)
    first = resume(args.checkpoint, model, opt)
    obs = torch.as_tensor(envs.reset())
    for update in range(first, args.updates):
        model.cut()
        tape = []
        for _ in range(args.steps):
            action, logp, ent, value = model.act(obs)
            nxt, rew, end = envs.step(action.numpy())
            end = torch.as_tensor(end)
            model.mask(end)
            obs = torch.as_tensor(nxt)
            tape.append((logp, ent, value, torch.as_tensor(rew), end))
        ret = tape[-1][2].detach()
        loss = 0.0
        for logp, ent, value, rew, end in reversed(tape):
            ret = rew + args.gamma * ret * (1 - end)
            adv = ret - value
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logp - 0.02 * ent).mean()
        opt.zero_grad()
        (loss / args.steps).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        opt.step()
        if update % args.save_every == 0:
            save(args.checkpoint, model, opt, update)
            recent = envs.finished[-200:]
            log.info("%d loss %.3f return %.3f", update, float(loss.detach()), np.mean(recent) if recent else 0.0)


if __name__ == "__main__":
    main()
