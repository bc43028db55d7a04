import argparse
import random

import torch
import torch.multiprocessing as mp
import torch.nn as nn

from crossing import Crossing


class LightNet(nn.Module):
    def __init__(self, size=32):
        super().__init__()
        self.gru = nn.GRU(5, size)
        self.out = nn.Linear(size, 3)

    def forward(self, obs, h=None):
        y, h = self.gru(obs.view(1, 1, -1), h)
        y = self.out(y[0, 0])
        return y[:2], y[2], h


def worker(rank, inbox, results, steps, hp):
    torch.set_num_threads(1)
    torch.manual_seed(rank)
    env = Crossing(rank)
    net = LightNet()
    opt = torch.optim.Adam(net.parameters(), lr=hp["lr"])
    obs, h = env.reset(), None
    while True:
        total, buf = 0.0, []
        for t in range(steps):
            logits, value, h = net(torch.tensor(obs), h)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            obs, reward, done = env.step(action.item())
            total += reward
            buf.append((dist.log_prob(action), value, reward, done, dist.entropy()))
            if done:
                obs, h = env.reset(), None
            if len(buf) == 20:
                ret = 0.0 if done else net(torch.tensor(obs), h)[1].item()
                loss = 0.0
                for lp, v, r, d, ent in reversed(buf):
                    ret = r + hp["gamma"] * ret * (1 - d)
                    adv = ret - v
                    loss = loss + adv ** 2 - lp * adv.detach() - hp["ent"] * ent
                opt.zero_grad()
                loss.backward()
                opt.step()
                buf = []
                if h is not None:
                    h = h.detach()
        weights = {k: v.numpy().copy() for k, v in net.state_dict().items()}
        results.put((rank, total / steps, weights, hp))
        order = inbox.get()
        if order is None:
            return
        if order.get("weights") is not None:
            net.load_state_dict({k: torch.from_numpy(v) for k, v in order["weights"].items()})
            hp = order["hp"]
            opt = torch.optim.Adam(net.parameters(), lr=hp["lr"])
            obs, h = env.reset(), None
        elif h is not None:
            h = h.detach()


def perturb(hp):
    return {k: v * random.choice([0.8, 1.25]) if k != "gamma" else v for k, v in hp.items()}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pop", type=int, default=8)
    ap.add_argument("--generations", type=int, default=50)
    ap.add_argument("--steps", type=int, default=2000)
    a = ap.parse_args()

    results = mp.Queue()
    inboxes = [mp.Queue() for _ in range(a.pop)]
    procs = []
    for i in range(a.pop):
        hp = {"lr": 10 ** random.uniform(-4, -3), "gamma": 0.98, "ent": 0.01}
        procs.append(mp.Process(target=worker, args=(i, inboxes[i], results, a.steps, hp)))
        procs[-1].start()

    for gen in range(a.generations):
        scored = sorted((results.get() for _ in range(a.pop)), key=lambda r: r[1], reverse=True)
        print("gen", gen, "best", scored[0][1], "worst", scored[-1][1])
        cut = max(1, a.pop // 4)
        last = gen == a.generations - 1
        for pos, (rank, _, _, _) in enumerate(scored):
            if last:
                inboxes[rank].put(None)
            elif pos >= a.pop - cut:
                donor = random.choice(scored[:cut])
                inboxes[rank].put({"weights": donor[2], "hp": perturb(donor[3])})
            else:
                inboxes[rank].put({})
    for p in procs:
        p.join()


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
