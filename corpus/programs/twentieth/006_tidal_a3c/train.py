import argparse
import os

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from turbine import TidalTurbine

os.environ["OMP_NUM_THREADS"] = "1"


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 64)
        self.lstm = nn.LSTMCell(64, 64)
        self.actor = nn.Linear(64, 3)
        self.critic = nn.Linear(64, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx


def share_grads(local, shared):
    for p, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = p.grad


def worker(rank, args, shared, opt, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = TidalTurbine()
    model = ActorCritic()
    x = env.reset()
    done = True
    total = 0.0

    while counter.value < args.max_steps:
        model.load_state_dict(shared.state_dict())
        if done:
            hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
        else:
            hx, cx = hx.detach(), cx.detach()

        values, logps, rewards, entropies = [], [], [], []
        for _ in range(args.num_steps):
            logit, value, hx, cx = model(x, hx, cx)
            logp = F.log_softmax(logit, dim=-1)
            prob = logp.exp()
            action = prob.multinomial(1).detach()
            x, reward, done = env.step(action.item())
            total += reward
            values.append(value)
            logps.append(logp.gather(1, action))
            entropies.append(-(logp * prob).sum(1, keepdim=True))
            rewards.append(reward)
            with lock:
                counter.value += 1
            if done:
                if rank == 0:
                    print(f"{counter.value} steps, energy of two tides {total:.1f}", flush=True)
                total = 0.0
                x = env.reset()
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model(x, hx, cx)[1].detach()
        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        values.append(R)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.lam + delta
            policy_loss = policy_loss - logps[i] * gae - args.entropy * entropies[i]

        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40)
        with lock:
            share_grads(model, shared)
            opt.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--num-steps", type=int, default=30)
    parser.add_argument("--max-steps", type=int, default=10_000_000)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--lam", type=float, default=1.0)
    parser.add_argument("--entropy", type=float, default=0.01)
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    shared = ActorCritic()
    shared.share_memory()
    opt = torch.optim.SGD(shared.parameters(), lr=args.lr)
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = []
    for rank in range(args.workers):
        p = mp.Process(target=worker, args=(rank, args, shared, opt, counter, lock))
        p.start()
        procs.append(p)
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "turbine_a3c.pt")


if __name__ == "__main__":
    main()
