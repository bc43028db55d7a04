import argparse

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from yard import Yard


class ActorCritic(nn.Module):
    def __init__(self, n_in, n_act):
        super().__init__()
        self.fc = nn.Linear(n_in, 128)
        self.lstm = nn.LSTMCell(128, 128)
        self.actor = nn.Linear(128, n_act)
        self.critic = nn.Linear(128, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.critic(hx), self.actor(hx), hx, cx


def ensure_shared_grads(model, shared):
    for p, sp in zip(model.parameters(), shared.parameters()):
        if sp.grad is not None:
            return
        sp._grad = p.grad


def train(rank, args, shared, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = Yard()
    model = ActorCritic(17, 6)
    optimizer = torch.optim.RMSprop(shared.parameters(), lr=args.lr)
    state = env.reset()
    done = True
    while counter.value < args.max_steps:
        model.load_state_dict(shared.state_dict())
        if done:
            hx = torch.zeros(1, 128)
            cx = torch.zeros(1, 128)
        else:
            hx = hx.detach()
            cx = cx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(args.num_steps):
            value, logit, hx, cx = model(state.unsqueeze(0), hx, cx)
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            action = prob.multinomial(1).detach()
            state, reward, done = env.step(action.item())
            with lock:
                counter.value += 1
            values.append(value)
            log_probs.append(log_prob.gather(1, action))
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            rewards.append(reward)
            if done:
                state = env.reset()
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model(state.unsqueeze(0), hx, cx)[0].detach()
        values.append(R)
        gae = torch.zeros(1, 1)
        loss = 0
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.tau + delta
            loss = loss + 0.25 * (R - values[i]).pow(2) - log_probs[i] * gae - 0.01 * entropies[i]
        model.zero_grad()
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 40)
        ensure_shared_grads(model, shared)
        optimizer.step()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A3C for a marshalling yard")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--tau", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--num-processes", type=int, default=8)
    parser.add_argument("--num-steps", type=int, default=20)
    parser.add_argument("--max-steps", type=int, default=5_000_000)
    args = parser.parse_args()

    shared = ActorCritic(17, 6)
    shared.share_memory()
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = [mp.Process(target=train, args=(r, args, shared, counter, lock)) for r in range(args.num_processes)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "yard.pt")
