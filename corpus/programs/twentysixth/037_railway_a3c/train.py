import argparse

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from line_env import SingleTrackLine
from net import Dispatcher


def push_grads(local, shared):
    for lp, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = lp.grad


def worker(rank, args, shared, counter):
    torch.manual_seed(args.seed + rank)
    env = SingleTrackLine(seed=args.seed + rank)
    local = Dispatcher(env.n_obs, env.n_act)
    opt = torch.optim.Adam(shared.parameters(), lr=args.lr)
    obs = torch.from_numpy(env.reset())
    done = True
    total = 0.0
    while counter.value < args.max_steps:
        local.load_state_dict(shared.state_dict())
        if done:
            hx, cx = torch.zeros(1, 128), torch.zeros(1, 128)
        else:
            hx, cx = hx.detach(), cx.detach()
        values, logps, rewards, ents = [], [], [], []
        for _ in range(args.t_max):
            logits, value, hx, cx = local(obs.unsqueeze(0), hx, cx)
            prob = F.softmax(logits, 1)
            logp = F.log_softmax(logits, 1)
            a = prob.multinomial(1)
            obs, r, done = env.step(a.item())
            obs = torch.from_numpy(obs)
            total += r
            with counter.get_lock():
                counter.value += 1
            values.append(value)
            logps.append(logp.gather(1, a))
            ents.append(-(logp * prob).sum(1))
            rewards.append(r)
            if done:
                print(f"[{rank}] step {counter.value} return {total:.2f}")
                total = 0.0
                obs = torch.from_numpy(env.reset())
                break
        R = torch.zeros(1, 1)
        if not done:
            with torch.no_grad():
                R = local(obs.unsqueeze(0), hx, cx)[1]
        loss = 0.0
        for i in reversed(range(len(rewards))):
            R = rewards[i] + args.gamma * R
            adv = R - values[i]
            loss = loss + 0.5 * adv.pow(2) - logps[i] * adv.detach() - 0.01 * ents[i]
        opt.zero_grad()
        local.zero_grad()
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(local.parameters(), 40)
        push_grads(local, shared)
        opt.step()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=8)
    ap.add_argument("--lr", type=float, default=1e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--t-max", type=int, default=20)
    ap.add_argument("--max-steps", type=int, default=5_000_000)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    probe = SingleTrackLine()
    shared = Dispatcher(probe.n_obs, probe.n_act)
    shared.share_memory()
    counter = mp.Value("l", 0)
    procs = [mp.Process(target=worker, args=(i, args, shared, counter)) for i in range(args.workers)]
    [p.start() for p in procs]
    [p.join() for p in procs]
