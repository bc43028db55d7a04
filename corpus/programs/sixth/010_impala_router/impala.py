import argparse
import threading
import time

import numpy as np
import torch
import torch.multiprocessing as mp
from torch.nn import functional as F
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from netsim import RouterSim
from nets import RouterNet


class Board:
    """One flat float array in shared memory; the learner writes, the actors read."""

    def __init__(self, net, ctx):
        n = parameters_to_vector(net.parameters()).numel()
        self.raw = ctx.Array("f", n)
        self.version = ctx.Value("l", 0)

    def publish(self, net):
        flat = parameters_to_vector(net.parameters()).detach().numpy()
        with self.raw.get_lock():
            np.frombuffer(self.raw.get_obj(), np.float32)[:] = flat
            self.version.value += 1

    def fetch(self):
        with self.raw.get_lock():
            return torch.from_numpy(np.frombuffer(self.raw.get_obj(), np.float32).copy()), self.version.value


def actor(idx, board, out, unroll):
    torch.set_num_threads(1)
    torch.manual_seed(idx)
    net, env = RouterNet(), RouterSim(idx)
    state, have = net.initial_state(), -1
    obs = torch.from_numpy(env.reset()).view(1, 1, -1)
    act, rew, done = torch.zeros(1, 1, dtype=torch.long), torch.zeros(1, 1), torch.ones(1, 1, dtype=torch.bool)
    while True:
        flat, version = board.fetch()
        if version != have:
            vector_to_parameters(flat, net.parameters())
            have = version
        first = state
        rows = []
        for _ in range(unroll + 1):
            with torch.no_grad():
                logits, _, nxt = net(obs, act, rew, done, state)
            a = torch.distributions.Categorical(logits=logits).sample()
            rows.append((obs, act, rew, done, logits, a))
            if len(rows) == unroll + 1:
                break
            state = nxt
            o, r, d = env.step(a.item())
            if d:
                o = env.reset()
            obs, act = torch.from_numpy(o).view(1, 1, -1), a
            rew, done = torch.full((1, 1), float(r)), torch.full((1, 1), d, dtype=torch.bool)
        out.put(([torch.cat(c).numpy() for c in zip(*rows)], [s.numpy() for s in first]))


def vtrace(behaviour, target, disc, rew, val, boot, clip=1.0):
    rho = (target - behaviour).exp()
    c = rho.clamp(max=1.0)
    nxt = torch.cat([val[1:], boot.unsqueeze(0)])
    delta = rho.clamp(max=clip) * (rew + disc * nxt - val)
    acc, out = torch.zeros_like(boot), []
    for t in reversed(range(len(rew))):
        acc = delta[t] + disc[t] * c[t] * acc
        out.append(acc)
    vs = torch.stack(out[::-1]) + val
    adv = rho.clamp(max=clip) * (rew + disc * torch.cat([vs[1:], boot.unsqueeze(0)]) - val)
    return vs.detach(), adv.detach()


def learn(net, opt, items, gamma):
    cols = [torch.as_tensor(np.concatenate(c, 1)) for c in zip(*(i[0] for i in items))]
    state = tuple(torch.as_tensor(np.concatenate(s, 1)) for s in zip(*(i[1] for i in items)))
    obs, last, rew, done, mu, a = cols
    logits, val, _ = net(obs, last, rew, done, state)
    lp = torch.distributions.Categorical(logits=logits[:-1]).log_prob(a[:-1])
    blp = torch.distributions.Categorical(logits=mu[:-1]).log_prob(a[:-1])
    disc = gamma * (~done[1:]).float()
    vs, adv = vtrace(blp, lp.detach(), disc, rew[1:], val[:-1].detach(), val[-1].detach())
    ent = -(F.softmax(logits, -1) * F.log_softmax(logits, -1)).sum(-1).mean()
    loss = -(lp * adv).mean() + 0.5 * (vs - val[:-1]).pow(2).mean() - 0.005 * ent
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return rew[1:].mean().item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=6)
    ap.add_argument("--unroll", type=int, default=40)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--updates", type=int, default=50_000)
    ap.add_argument("--gamma", type=float, default=0.97)
    a = ap.parse_args()
    ctx = mp.get_context("spawn")
    net = RouterNet()
    opt = torch.optim.RMSprop(net.parameters(), lr=6e-4, eps=0.01)
    board, out = Board(net, ctx), ctx.Queue(maxsize=64)
    board.publish(net)
    procs = [ctx.Process(target=actor, args=(i, board, out, a.unroll), daemon=True) for i in range(a.actors)]
    for p in procs:
        p.start()
    shown = {"r": 0.0, "n": 0}

    def speak():
        while True:
            time.sleep(10)
            print(f"updates {shown['n']} mean reward {shown['r']:.4f}", flush=True)

    threading.Thread(target=speak, daemon=True).start()
    for k in range(a.updates):
        r = learn(net, opt, [out.get() for _ in range(a.batch)], a.gamma)
        board.publish(net)
        shown["r"], shown["n"] = 0.98 * shown["r"] + 0.02 * r, k
    torch.save(net.state_dict(), "router.pt")


if __name__ == "__main__":
    main()
