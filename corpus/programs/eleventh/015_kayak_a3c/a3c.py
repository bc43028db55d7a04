import argparse
import os

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from kayak import KayakEnv

os.environ.setdefault("OMP_NUM_THREADS", "1")


class Net(nn.Module):
    def __init__(self, n_obs, n_act, n_h=64):
        super().__init__()
        self.n_h = n_h
        self.fc = nn.Linear(n_obs, n_h)
        self.lstm = nn.LSTMCell(n_h, n_h)
        self.pi = nn.Linear(n_h, n_act)
        self.v = nn.Linear(n_h, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.pi(hx), self.v(hx), hx, cx


def push(local, shared):
    for lp, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = None if lp.grad is None else lp.grad.clone()


def worker(rank, args, shared, opt, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = KayakEnv(args.seed + rank)
    local = Net(env.n_obs, env.n_act)
    while counter.value < args.episodes:
        local.load_state_dict(shared.state_dict())
        hx = torch.zeros(1, local.n_h)
        cx = torch.zeros(1, local.n_h)
        obs, done = env.reset(), False
        logps, values, entropies, rewards = [], [], [], []
        while not done:
            logits, value, hx, cx = local(torch.from_numpy(obs).unsqueeze(0), hx, cx)
            logp_all = F.log_softmax(logits, -1)
            action = logp_all.exp().multinomial(1)
            obs, r, done = env.step(action.item())
            logps.append(logp_all.gather(1, action))
            entropies.append(-(logp_all.exp() * logp_all).sum(1))
            values.append(value)
            rewards.append(r)

        R, loss = 0.0, 0.0
        for t in reversed(range(len(rewards))):
            R = rewards[t] + args.gamma * R
            adv = R - values[t]
            loss = loss + 0.5 * adv.pow(2) - logps[t] * adv.detach() - args.beta * entropies[t]
        local.zero_grad()
        loss.sum().backward()
        nn.utils.clip_grad_norm_(local.parameters(), 40)
        with lock:
            push(local, shared)
            opt.step()
            counter.value += 1
            if counter.value % 100 == 0:
                print(f"episode {counter.value} worker {rank} return {sum(rewards):.2f} length {len(rewards)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--episodes", type=int, default=20000)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--beta", type=float, default=0.01)
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    mp.set_start_method("spawn")
    shared = Net(KayakEnv.n_obs, KayakEnv.n_act)
    shared.share_memory()
    opt = torch.optim.SGD(shared.parameters(), lr=args.lr)
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = [mp.Process(target=worker, args=(k, args, shared, opt, counter, lock)) for k in range(args.workers)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "kayak.pt")


if __name__ == "__main__":
    main()
