"""Population based training of small market makers, one member per rank.

torchrun --nproc_per_node 8 population.py
"""
import argparse
import os

import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class OrderFlow:
    """Endless synthetic order flow, vectorised over books."""

    def __init__(self, books, seed):
        self.g = torch.Generator().manual_seed(seed)
        self.books = books
        self.mid = torch.zeros(books)
        self.drift = torch.zeros(books)
        self.inventory = torch.zeros(books)

    def observe(self):
        return torch.stack([self.drift.sign(), self.mid.tanh(), self.inventory / 10], dim=-1)

    def step(self, quote):
        self.drift = 0.95 * self.drift + 0.1 * torch.randn(self.books, generator=self.g)
        move = self.drift + 0.2 * torch.randn(self.books, generator=self.g)
        self.mid = 0.99 * self.mid + move
        side = quote.float() - 1
        self.inventory = (self.inventory + side).clamp(-10, 10)
        reward = self.inventory * move - 0.01 * self.inventory ** 2
        return self.observe(), reward


class Quoter(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.enc = nn.Linear(3, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, 3)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.rnn(F.relu(self.enc(obs)), h)
        return self.pi(h), self.v(h).squeeze(-1), h


def unroll(net, env, obs, h, length):
    logps, values, rewards, ents = [], [], [], []
    for _ in range(length):
        logits, value, h = net(obs, h)
        d = torch.distributions.Categorical(logits=logits)
        a = d.sample()
        obs, r = env.step(a)
        logps.append(d.log_prob(a))
        values.append(value)
        rewards.append(r)
        ents.append(d.entropy())
    return obs, h, torch.stack(logps), torch.stack(values), torch.stack(rewards), torch.stack(ents)


def returns_of(rewards, last, gamma=0.97):
    out = torch.empty_like(rewards)
    for t in reversed(range(rewards.shape[0])):
        last = rewards[t] + gamma * last
        out[t] = last
    return out


def exploit_and_explore(net, opt, fitness, rank, world, frac=0.25):
    scores = [torch.zeros(1) for _ in range(world)]
    dist.all_gather(scores, torch.tensor([fitness]))
    order = torch.cat(scores).argsort()
    best = int(order[-1])
    losers = order[: max(1, int(frac * world))].tolist()

    flat = parameters_to_vector(net.parameters()).detach().clone()
    lr = torch.tensor([opt.param_groups[0]["lr"]])
    dist.broadcast(flat, src=best)
    dist.broadcast(lr, src=best)
    if rank in losers and rank != best:
        vector_to_parameters(flat, net.parameters())
        factor = 1.2 if torch.rand(1).item() < 0.5 else 0.8
        opt.param_groups[0]["lr"] = lr.item() * factor
        opt.state.clear()
        print(f"[{rank}] takes over from {best}, lr={opt.param_groups[0]['lr']:.2e}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--books", type=int, default=32)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--unroll", type=int, default=32)
    ap.add_argument("--interval", type=int, default=250)
    args = ap.parse_args()

    dist.init_process_group("gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(1000 + rank)

    env = OrderFlow(args.books, seed=rank)
    net = Quoter()
    opt = torch.optim.Adam(net.parameters(), lr=10 ** (-3 - torch.rand(1).item()))
    obs = env.observe()
    h = torch.zeros(args.books, 64)
    fitness = 0.0

    for update in range(1, args.updates + 1):
        obs, h, logp, value, reward, ent = unroll(net, env, obs, h.detach(), args.unroll)
        with torch.no_grad():
            _, boot, _ = net(obs, h)
        ret = returns_of(reward, boot)
        adv = ret - value
        loss = -(logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        fitness = 0.98 * fitness + 0.02 * reward.mean().item()

        if update % args.interval == 0:
            exploit_and_explore(net, opt, fitness, rank, world)

    if rank == 0:
        os.makedirs("out", exist_ok=True)
        torch.save(net.state_dict(), "out/quoter.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
