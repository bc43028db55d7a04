import argparse

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from dungeon import ACTIONS, WORDS, Dungeon


class Adventurer(nn.Module):
    def __init__(self, emb=24, hid=64):
        super().__init__()
        self.emb = nn.EmbeddingBag(len(WORDS) + 1, emb, padding_idx=0)
        self.lstm = nn.LSTMCell(emb, hid)
        self.actor = nn.Linear(hid, len(ACTIONS))
        self.critic = nn.Linear(hid, 1)

    def forward(self, text, hx, cx):
        hx, cx = self.lstm(self.emb(text), (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx


def share_grads(local, shared):
    for p, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = p.grad


def train(rank, args, shared, opt, counter):
    torch.manual_seed(args.seed + rank)
    env = Dungeon(args.seed + rank)
    model = Adventurer()
    text = torch.tensor([env.reset()])
    done = True
    total = 0.0

    while counter.value < args.max_steps:
        model.load_state_dict(shared.state_dict())
        if done:
            hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
        else:
            hx, cx = hx.detach(), cx.detach()

        values, logps, entropies, rewards = [], [], [], []
        for _ in range(args.num_steps):
            logit, value, hx, cx = model(text, hx, cx)
            prob = F.softmax(logit, -1)
            logp = F.log_softmax(logit, -1)
            a = prob.multinomial(1).detach()
            obs, reward, done = env.step(a.item())
            entropies.append(-(logp * prob).sum(1))
            logps.append(logp.gather(1, a))
            values.append(value)
            rewards.append(reward)
            total += reward
            with counter.get_lock():
                counter.value += 1
            if done:
                if rank == 0:
                    print(f"{counter.value} steps, return {total:.2f}")
                total = 0.0
                obs = env.reset()
            text = torch.tensor([obs])
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model(text, hx, cx)[1].detach()
        loss = 0
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            adv = R - values[i]
            loss = loss + 0.5 * adv.pow(2) - logps[i] * adv.detach() - 0.01 * entropies[i]
        opt.zero_grad()
        model.zero_grad()
        loss.sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40.0)
        share_grads(model, shared)
        opt.step()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--processes", type=int, default=8)
    ap.add_argument("--num-steps", type=int, default=20)
    ap.add_argument("--max-steps", type=int, default=2_000_000)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()

    mp.set_start_method("fork")
    shared = Adventurer()
    shared.share_memory()
    opt = torch.optim.SGD(shared.parameters(), lr=1e-3)
    counter = mp.Value("l", 0)
    procs = [mp.Process(target=train, args=(r, args, shared, opt, counter)) for r in range(args.processes)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "adventurer.pt")
