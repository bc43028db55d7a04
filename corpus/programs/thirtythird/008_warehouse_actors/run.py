import argparse
import queue

import numpy as np
import torch
import torch.multiprocessing as mp
from torch.distributions import Categorical

from net import Episode, PickerNet
from warehouse import PickEnv


def actor_loop(rank, shared, episodes, stop):
    torch.set_num_threads(1)
    torch.manual_seed(1000 + rank)
    env = PickEnv(rank)
    local = PickerNet(env.obs_size, env.act_size)
    while not stop.is_set():
        local.load_state_dict(shared.state_dict())
        carry = local.fresh_carry()
        obs, over = env.reset(), False
        O, A, R, L = [], [], [], []
        while not over:
            with torch.no_grad():
                logits, _, carry = local(torch.from_numpy(obs).view(1, 1, -1), carry)
            dist = Categorical(logits=logits[0, 0])
            a = dist.sample()
            O.append(obs)
            A.append(int(a))
            L.append(float(dist.log_prob(a)))
            obs, r, over = env.step(int(a))
            R.append(r)
        item = Episode(np.stack(O), np.array(A), np.array(R, dtype=np.float32), np.array(L, dtype=np.float32))
        while not stop.is_set():
            try:
                episodes.put(item, timeout=1.0)
                break
            except queue.Full:
                continue


def vtrace_loss(net, ep, gamma, beta):
    logits, values, _ = net(torch.from_numpy(ep.obs).unsqueeze(1), net.fresh_carry())
    dist = Categorical(logits=logits[:, 0])
    values = values[:, 0]
    logp = dist.log_prob(torch.from_numpy(ep.actions))
    with torch.no_grad():
        rho = torch.exp(logp - torch.from_numpy(ep.behaviour_logp)).clamp(max=1.0)
        nxt = torch.cat([values[1:], torch.zeros(1)])
        rewards = torch.from_numpy(ep.rewards)
        delta = rho * (rewards + gamma * nxt - values)
        acc, diffs = torch.zeros(()), []
        for t in reversed(range(len(rewards))):
            acc = delta[t] + gamma * rho[t] * acc
            diffs.insert(0, acc)
        vs = torch.stack(diffs) + values
        adv = rho * (rewards + gamma * torch.cat([vs[1:], torch.zeros(1)]) - values)
    return -(logp * adv).mean() + 0.5 * (vs - values).pow(2).mean() - beta * dist.entropy().mean()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=3)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--lr", type=float, default=5e-4)
    args = ap.parse_args()
    ctx = mp.get_context("spawn")
    probe = PickEnv(0)
    net = PickerNet(probe.obs_size, probe.act_size)
    net.share_memory()
    episodes, stop = ctx.Queue(maxsize=64), ctx.Event()
    procs = [ctx.Process(target=actor_loop, args=(i, net, episodes, stop), daemon=True) for i in range(args.actors)]
    for p in procs:
        p.start()
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    try:
        for k in range(args.updates):
            batch = [episodes.get() for _ in range(args.batch)]
            loss = sum(vtrace_loss(net, ep, 0.98, 0.01) for ep in batch) / len(batch)
            opt.zero_grad()
            loss.backward()
            opt.step()
            if k % 100 == 0:
                print(k, float(loss), np.mean([ep.rewards.sum() for ep in batch]))
    finally:
        stop.set()
        for p in procs:
            p.join(timeout=5)
        torch.save({"net": net.state_dict()}, "picker.pt")


if __name__ == "__main__":
    main()
