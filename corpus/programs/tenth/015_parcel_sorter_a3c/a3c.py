import argparse

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from belt import Belt
from net import SharedAdam, SorterNet


class Worker(mp.Process):
    def __init__(self, rank, shared, optimizer, args):
        super().__init__()
        self.rank, self.shared, self.optimizer, self.args = rank, shared, optimizer, args

    def run(self):
        torch.manual_seed(self.rank)
        belt, net = Belt(self.rank), SorterNet()
        obs = belt.reset()
        h = torch.zeros(1, net.hidden)
        total = 0.0
        for update in range(self.args.updates):
            net.load_state_dict(self.shared.state_dict())
            h = h.detach()
            values, logps, rewards, entropies, done = [], [], [], [], False
            for _ in range(self.args.nsteps):
                logits, value, h = net(torch.tensor([obs]), h)
                prob = F.softmax(logits, -1)
                logp = F.log_softmax(logits, -1)
                action = prob.multinomial(1).detach()
                obs, reward, done = belt.step(action.item())
                total += reward
                values.append(value)
                logps.append(logp.gather(1, action))
                entropies.append(-(prob * logp).sum())
                rewards.append(reward)
                if done:
                    break
            ret = torch.zeros(1, 1)
            if not done:
                with torch.no_grad():
                    _, ret, _ = net(torch.tensor([obs]), h)
            loss = 0
            for v, lp, r, e in zip(values[::-1], logps[::-1], rewards[::-1], entropies[::-1]):
                ret = r + self.args.gamma * ret
                adv = ret - v
                loss = loss + 0.5 * adv.pow(2) - lp * adv.detach() - 0.01 * e
            net.zero_grad()
            loss.sum().backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 40)
            for p, sp in zip(net.parameters(), self.shared.parameters()):
                sp.grad = p.grad
            self.optimizer.step()
            if done:
                if self.rank == 0:
                    print(update, "episode reward", round(total, 1))
                total = 0.0
                obs = belt.reset()
                h = torch.zeros(1, net.hidden)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--updates", type=int, default=50000)
    ap.add_argument("--nsteps", type=int, default=20)
    ap.add_argument("--gamma", type=float, default=0.95)
    args = ap.parse_args()
    mp.set_start_method("spawn")
    shared = SorterNet().share_memory()
    optimizer = SharedAdam(shared.parameters(), lr=1e-4)
    workers = [Worker(i, shared, optimizer, args) for i in range(args.workers)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
