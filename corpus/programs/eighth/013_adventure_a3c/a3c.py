import argparse

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from world import VERBS, VOCAB, Adventure


class ActorCritic(nn.Module):
    def __init__(self, size=64):
        super().__init__()
        self.read = nn.Linear(len(VOCAB), size)
        self.lstm = nn.LSTMCell(size, size)
        self.actor = nn.Linear(size, len(VERBS))
        self.critic = nn.Linear(size, 1)
        self.size = size

    def forward(self, bag, hx, cx):
        hx, cx = self.lstm(F.elu(self.read(bag)), (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = torch.zeros(())
                state["exp_avg"] = torch.zeros_like(p.data)
                state["exp_avg_sq"] = torch.zeros_like(p.data)

    def share_memory(self):
        for group in self.param_groups:
            for p in group["params"]:
                for value in self.state[p].values():
                    value.share_memory_()


def push_gradients(local, shared):
    for p, q in zip(local.parameters(), shared.parameters()):
        q._grad = p.grad


def worker(rank, args, shared, optimizer, frames):
    torch.manual_seed(args.seed + rank)
    env = Adventure(args.seed + rank)
    model = ActorCritic()
    bag = env.reset()
    done = True

    while frames.value < args.frames:
        model.load_state_dict(shared.state_dict())
        if done:
            hx = torch.zeros(1, model.size)
            cx = torch.zeros(1, model.size)
        else:
            hx, cx = hx.detach(), cx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(args.t_max):
            logits, value, hx, cx = model(bag.unsqueeze(0), hx, cx)
            probs = F.softmax(logits, dim=-1)
            log_prob = F.log_softmax(logits, dim=-1)
            entropies.append(-(log_prob * probs).sum(1, keepdim=True))
            action = probs.multinomial(1).detach()
            bag, reward, done = env.step(action.item())
            values.append(value)
            log_probs.append(log_prob.gather(1, action))
            rewards.append(reward)
            if done:
                bag = env.reset()
                break
        with frames.get_lock():
            frames.value += len(rewards)

        R = torch.zeros(1, 1)
        if not done:
            R = model(bag.unsqueeze(0), hx, cx)[1].detach()
        values.append(R)
        gae = torch.zeros(1, 1)
        policy_loss = value_loss = 0
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.lam + delta
            policy_loss = policy_loss - log_probs[i] * gae - args.beta * entropies[i]

        optimizer.zero_grad()
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40.0)
        push_gradients(model, shared)
        optimizer.step()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--workers", type=int, default=4)
    p.add_argument("--frames", type=int, default=2_000_000)
    p.add_argument("--t-max", type=int, default=20)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lam", type=float, default=0.95)
    p.add_argument("--beta", type=float, default=0.01)
    p.add_argument("--lr", type=float, default=1e-4)
    p.add_argument("--seed", type=int, default=1)
    args = p.parse_args()

    mp.set_start_method("spawn")
    shared = ActorCritic()
    shared.share_memory()
    optimizer = SharedAdam(shared.parameters(), lr=args.lr)
    optimizer.share_memory()
    frames = mp.Value("l", 0)
    procs = [mp.Process(target=worker, args=(i, args, shared, optimizer, frames)) for i in range(args.workers)]
    for proc in procs:
        proc.start()
    for proc in procs:
        proc.join()
    torch.save(shared.state_dict(), "adventure.pt")


if __name__ == "__main__":
    main()
