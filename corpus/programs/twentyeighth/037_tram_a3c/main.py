import argparse
import os

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from line import TramCrossing
from signal_net import SharedAdam, SignalNet

parser = argparse.ArgumentParser()
parser.add_argument("--workers", type=int, default=8)
parser.add_argument("--n-step", type=int, default=20)
parser.add_argument("--lr", type=float, default=3e-4)
parser.add_argument("--gamma", type=float, default=0.97)
parser.add_argument("--beta", type=float, default=0.01)
parser.add_argument("--updates", type=int, default=30000)
parser.add_argument("--save", default="tram.pt")


def lend_grads(local, shared):
    for p, q in zip(local.parameters(), shared.parameters()):
        q._grad = p.grad


def work(rank, args, shared, optimizer, counter):
    torch.manual_seed(100 + rank)
    env = TramCrossing(seed=rank)
    local = SignalNet(env.n_obs, env.n_act)
    obs = env.reset()
    carried = local.start()
    total = 0.0
    while counter.value < args.updates:
        local.load_state_dict(shared.state_dict())
        carried = tuple(c.detach() for c in carried)
        values, logps, entropies, rewards = [], [], [], []
        for _ in range(args.n_step):
            logits, value, carried = local(torch.from_numpy(obs).unsqueeze(0), carried)
            prob, logp = F.softmax(logits, -1), F.log_softmax(logits, -1)
            action = prob.multinomial(1).detach()
            obs, reward, done = env.step(action.item())
            values.append(value)
            logps.append(logp.gather(1, action))
            entropies.append(-(prob * logp).sum(1, keepdim=True))
            rewards.append(reward)
            total += reward
            if done:
                break
        R = torch.zeros(1, 1)
        if not done:
            R = local(torch.from_numpy(obs).unsqueeze(0), carried)[1].detach()
        loss = 0
        for v, lp, e, r in zip(reversed(values), reversed(logps), reversed(entropies), reversed(rewards)):
            R = r + args.gamma * R
            adv = R - v
            loss = loss + 0.5 * adv.pow(2) - lp * adv.detach() - args.beta * e
        local.zero_grad()
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(local.parameters(), 40)
        lend_grads(local, shared)
        optimizer.step()
        with counter.get_lock():
            counter.value += 1
        if done:
            if rank == 0:
                print(f"update {counter.value} return {total:.1f}", flush=True)
                torch.save(shared.state_dict(), args.save)
            total = 0.0
            obs = env.reset()
            carried = local.start()


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    args = parser.parse_args()
    mp.set_start_method("spawn")
    shared = SignalNet(TramCrossing.n_obs, TramCrossing.n_act)
    shared.share_memory()
    optimizer = SharedAdam(shared.parameters(), lr=args.lr)
    counter = mp.Value("i", 0)
    crew = [mp.Process(target=work, args=(r, args, shared, optimizer, counter)) for r in range(args.workers)]
    for p in crew:
        p.start()
    for p in crew:
        p.join()
