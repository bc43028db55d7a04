"""Asynchronous actor-critic with threads: every thread drives a whole run with a private copy, then hands in its gradients."""
import argparse
import copy
import threading

import torch
from torch import nn

from road import Road


class Driver(nn.Module):
    def __init__(self, units=32):
        super().__init__()
        self.gru = nn.GRU(2, units, batch_first=True)
        self.pi = nn.Linear(units, 5)
        self.v = nn.Linear(units, 1)

    def forward(self, frame, memory=None):
        y, memory = self.gru(torch.tensor(frame).view(1, 1, -1), memory)
        return self.pi(y[0, -1]), self.v(y[0, -1]), memory


class Shared:
    def __init__(self, lr):
        self.net = Driver()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.lock = threading.Lock()
        self.runs = 0
        self.mean = 0.0

    def pull_into(self, net):
        with self.lock:
            net.load_state_dict(self.net.state_dict())

    def push(self, grads, score):
        with self.lock:
            for p, g in zip(self.net.parameters(), grads):
                p.grad = g
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
            self.runs += 1
            self.mean += 0.02 * (score - self.mean)
            if self.runs % 200 == 0:
                print(f"{self.runs} runs, mean return {self.mean:.3f}", flush=True)


def run(net, road):
    frame, memory, over = road.reset(), None, False
    steps = []
    while not over:
        logits, value, memory = net(frame, memory)
        dist = torch.distributions.Categorical(logits=logits)
        i = dist.sample()
        frame, reward, over = road.step(int(i))
        steps.append((dist.log_prob(i), value, reward, dist.entropy()))
    return steps


def thread_main(shared, seed, total, gamma):
    net, road = copy.deepcopy(shared.net), Road(seed)
    while shared.runs < total:
        shared.pull_into(net)
        steps = run(net, road)
        ret, loss = 0.0, 0.0
        for logp, value, reward, ent in reversed(steps):
            ret = reward + gamma * ret
            adv = ret - value
            loss = loss + adv.pow(2) - adv.detach() * logp - 0.005 * ent
        grads = torch.autograd.grad(loss.sum() / len(steps), list(net.parameters()))
        shared.push(grads, sum(s[2] for s in steps))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--threads", type=int, default=6)
    ap.add_argument("--runs", type=int, default=20000)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--gamma", type=float, default=0.97)
    args = ap.parse_args()
    torch.set_num_threads(1)
    shared = Shared(args.lr)
    crew = [threading.Thread(target=thread_main, args=(shared, s, args.runs, args.gamma)) for s in range(args.threads)]
    for t in crew:
        t.start()
    for t in crew:
        t.join()
    torch.save(shared.net.state_dict(), "driver.pt")


if __name__ == "__main__":
    main()
