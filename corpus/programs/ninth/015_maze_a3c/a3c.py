import argparse
import os

os.environ["OMP_NUM_THREADS"] = "1"

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from maze import Maze


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(())
                st["exp_avg"] = torch.zeros_like(p)
                st["exp_avg_sq"] = torch.zeros_like(p)
                for v in st.values():
                    v.share_memory_()


class MazeNet(nn.Module):
    def __init__(self, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Linear(Maze.obs_dim, 64)
        self.lstm = nn.LSTMCell(64, hidden)
        self.actor = nn.Linear(hidden, 4)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(F.relu(self.enc(x)), (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx


def hand_over_grads(local, shared):
    for lp, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = lp.grad


def worker(rank, args, shared, optimizer, counter, lock, results):
    torch.manual_seed(args.seed + rank)
    env = Maze(args.size, seed=args.seed + rank)
    local = MazeNet()

    while True:
        with lock:
            if counter.value >= args.episodes:
                results.put(None)
                return
            counter.value += 1
        local.load_state_dict(shared.state_dict())
        hx = torch.zeros(1, local.hidden)
        cx = torch.zeros(1, local.hidden)
        obs, done = env.reset(), False
        values, log_probs, entropies, rewards = [], [], [], []
        while not done:
            logits, value, hx, cx = local(torch.tensor([obs]), hx, cx)
            prob = F.softmax(logits, -1)
            logp = F.log_softmax(logits, -1)
            action = prob.multinomial(1)
            obs, reward, done = env.step(action.item())
            values.append(value)
            log_probs.append(logp.gather(1, action))
            entropies.append(-(prob * logp).sum(1, keepdim=True))
            rewards.append(reward)

        R, gae = torch.zeros(1, 1), torch.zeros(1, 1)
        values.append(R)
        policy_loss = value_loss = 0
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.lam + delta
            policy_loss = policy_loss - log_probs[i] * gae - args.beta * entropies[i]
        local.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        nn.utils.clip_grad_norm_(local.parameters(), 20.0)
        hand_over_grads(local, shared)
        optimizer.step()
        results.put((rank, len(rewards), sum(rewards)))


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--episodes", type=int, default=50000)
    ap.add_argument("--size", type=int, default=11)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--lam", type=float, default=0.95)
    ap.add_argument("--beta", type=float, default=0.01)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()

    shared = MazeNet().share_memory()
    optimizer = SharedAdam(shared.parameters(), lr=args.lr)
    counter, lock, results = mp.Value("i", 0), mp.Lock(), mp.Queue()
    procs = [mp.Process(target=worker, args=(r, args, shared, optimizer, counter, lock, results)) for r in range(args.workers)]
    for p in procs:
        p.start()
    alive, n, mean = args.workers, 0, 0.0
    while alive:
        item = results.get()
        if item is None:
            alive -= 1
            continue
        n += 1
        mean += 0.01 * (item[2] - mean)
        if n % 500 == 0:
            print(f"{n} episodes, return {mean:.3f}")
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "maze.pt")
