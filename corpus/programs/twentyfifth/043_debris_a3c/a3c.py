"""A3C (Mnih et al. 2016) with an LSTM for a net catching space debris in a co-orbital plane."""
import argparse
import os

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

os.environ["OMP_NUM_THREADS"] = "1"


class DebrisEnv:
    n_obs, n_act = 6, 5

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.rel = self.rng.uniform(-1, 1, 2)
        self.vel = self.rng.uniform(-0.02, 0.02, 2)
        self.fuel = 1.0
        self.t = 0
        return self.state()

    def state(self):
        seen = self.rel if self.rng.rand() > 0.3 else np.zeros(2)  # tumbling target is not always seen
        return torch.tensor(np.r_[seen, self.vel * 20, self.fuel, self.t / 300.0], dtype=torch.float32)

    def step(self, a):
        dv = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)][a]) * 0.004
        if self.fuel <= 0:
            dv = dv * 0
        self.fuel -= 0.01 * (a > 0)
        n = 0.01
        acc = np.array([3 * n ** 2 * self.rel[0] + 2 * n * self.vel[1], -2 * n * self.vel[0]])
        self.vel = self.vel + dv + acc
        self.rel = self.rel + self.vel
        self.t += 1
        dist = np.hypot(*self.rel)
        caught = dist < 0.08 and np.hypot(*self.vel) < 0.03
        lost = dist > 3
        r = 10.0 if caught else (-5.0 if lost else -0.01 * dist)
        return self.state(), r, caught or lost or self.t >= 300


class ActorCritic(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.fc = nn.Linear(n_obs, 64)
        self.lstm = nn.LSTMCell(64, 128)
        self.critic = nn.Linear(128, 1)
        self.actor = nn.Linear(128, n_act)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.critic(hx), self.actor(hx), (hx, cx)


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(1).share_memory_()
                st["exp_avg"] = torch.zeros_like(p.data).share_memory_()
                st["exp_avg_sq"] = torch.zeros_like(p.data).share_memory_()


def train(rank, args, shared_model, optimizer, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = DebrisEnv(args.seed + rank)
    model = ActorCritic(env.n_obs, env.n_act)
    state = env.reset()
    done = True
    while counter.value < args.max_steps:
        model.load_state_dict(shared_model.state_dict())
        if done:
            cx = torch.zeros(1, 128)
            hx = torch.zeros(1, 128)
        else:
            cx = cx.detach()
            hx = hx.detach()
        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(args.num_steps):
            value, logit, (hx, cx) = model((state.unsqueeze(0), (hx, cx)))
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            log_probs.append(log_prob.gather(1, action))
            state, reward, done = env.step(action.item())
            with lock:
                counter.value += 1
            values.append(value)
            rewards.append(reward)
            if done:
                state = env.reset()
                break
        R = torch.zeros(1, 1)
        if not done:
            R = model((state.unsqueeze(0), (hx, cx)))[0].detach()
        values.append(R)
        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.lam + delta
            policy_loss = policy_loss - log_probs[i] * gae - args.entropy * entropies[i]
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40)
        for p, sp in zip(model.parameters(), shared_model.parameters()):
            sp.grad = p.grad.clone()
        optimizer.step()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=8)
    ap.add_argument("--num-steps", type=int, default=20)
    ap.add_argument("--max-steps", type=int, default=20_000_000)
    ap.add_argument("--lr", type=float, default=1e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--lam", type=float, default=1.0)
    ap.add_argument("--entropy", type=float, default=0.01)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    shared = ActorCritic(DebrisEnv.n_obs, DebrisEnv.n_act)
    shared.share_memory()
    opt = SharedAdam(shared.parameters(), args.lr)
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = [mp.Process(target=train, args=(r, args, shared, opt, counter, lock)) for r in range(args.workers)]
    [p.start() for p in procs]
    [p.join() for p in procs]
    torch.save(shared.state_dict(), "catcher.pt")
