import os
import random
import sys

os.environ["OMP_NUM_THREADS"] = "1"

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from rooms import TwoRooms


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(TwoRooms.FEATURES, 32)
        self.lstm = nn.LSTMCell(32, 64)
        self.actor = nn.Linear(64, TwoRooms.ACTIONS)
        self.critic = nn.Linear(64, 1)

    def forward(self, x, hx, cx):
        x = F.relu(self.l1(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(1).share_memory_()
                st["exp_avg"] = torch.zeros_like(p).share_memory_()
                st["exp_avg_sq"] = torch.zeros_like(p).share_memory_()


def run_episode(env, net):
    """Plays from reset to the end and returns what the loss needs."""
    obs = env.reset()
    hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
    values, logps, entropies, rewards = [], [], [], []
    done = False
    while not done:
        logits, v, hx, cx = net(torch.tensor([obs]), hx, cx)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        obs, r, done = env.step(a.item())
        values.append(v.squeeze())
        logps.append(dist.log_prob(a))
        entropies.append(dist.entropy())
        rewards.append(r)
    return values, logps, entropies, rewards


def loss_of(values, logps, entropies, rewards, gamma=0.97):
    R, loss = 0.0, 0.0
    for v, lp, ent, r in zip(reversed(values), reversed(logps), reversed(entropies), reversed(rewards)):
        R = r + gamma * R
        adv = R - v
        loss = loss + 0.5 * adv.pow(2) - lp * adv.detach() - 0.01 * ent
    return loss.sum()


def worker(rank, shared, optimizer, counter, max_episodes):
    torch.manual_seed(100 + rank)
    random.seed(100 + rank)
    env, local = TwoRooms(), Net()
    recent = 0.0
    while counter.value < max_episodes:
        local.load_state_dict(shared.state_dict())
        values, logps, entropies, rewards = run_episode(env, local)
        optimizer.zero_grad()
        local.zero_grad()
        loss_of(values, logps, entropies, rewards).backward()
        nn.utils.clip_grad_norm_(local.parameters(), 10)
        for lp, sp in zip(local.parameters(), shared.parameters()):
            sp._grad = lp.grad
        optimizer.step()
        with counter.get_lock():
            counter.value += 1
        recent = 0.98 * recent + 0.02 * sum(rewards)
        if rank == 0 and counter.value % 500 < 8:
            print(counter.value, f"{recent:.3f}")


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    mp.set_start_method("spawn")
    shared = Net()
    shared.share_memory()
    opt = SharedAdam(shared.parameters(), lr=5e-4)
    counter = mp.Value("i", 0)
    ps = [mp.Process(target=worker, args=(r, shared, opt, counter, 80_000)) for r in range(n)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    torch.save(shared.state_dict(), "two_rooms.pt")
