import argparse
import time

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
import torch.optim as optim

from frames import make_env
from net import ConvLSTMPolicy

parser = argparse.ArgumentParser(description="A3C")
parser.add_argument("--env", default="PongDeterministic-v4")
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--tau", type=float, default=1.0)
parser.add_argument("--entropy", type=float, default=0.01)
parser.add_argument("--max-grad-norm", type=float, default=50)
parser.add_argument("--num-processes", type=int, default=8)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-frames", type=int, default=10_000_000)


def learn_process(rank, args, global_net, frames):
    torch.manual_seed(rank)
    env = make_env(args.env)
    net = ConvLSTMPolicy(1, env.action_space.n)
    opt = optim.Adam(global_net.parameters(), lr=args.lr)

    obs, _ = env.reset(seed=rank)
    obs = torch.from_numpy(obs)
    done = True
    while frames.value < args.max_frames:
        net.load_state_dict(global_net.state_dict())
        if done:
            h, c = torch.zeros(1, 256), torch.zeros(1, 256)
        else:
            h, c = h.detach(), c.detach()

        values, logps, rewards, ents = [], [], [], []
        for _ in range(args.num_steps):
            v, logit, (h, c) = net((obs.unsqueeze(0), (h, c)))
            p, lp = F.softmax(logit, dim=-1), F.log_softmax(logit, dim=-1)
            ents.append(-(lp * p).sum(1, keepdim=True))
            a = p.multinomial(1).detach()
            logps.append(lp.gather(1, a))
            values.append(v)
            obs, r, term, trunc, _ = env.step(a.item())
            done = term or trunc
            rewards.append(float(np.clip(r, -1, 1)))
            with frames.get_lock():
                frames.value += 1
            if done:
                obs, _ = env.reset()
            obs = torch.from_numpy(obs)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            with torch.no_grad():
                R, _, _ = net((obs.unsqueeze(0), (h, c)))
        values.append(R)
        ploss, vloss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            vloss = vloss + 0.5 * (R - values[i]).pow(2)
            td = rewards[i] + args.gamma * values[i + 1] - values[i]
            gae = gae * args.gamma * args.tau + td.detach()
            ploss = ploss - logps[i] * gae - args.entropy * ents[i]

        net.zero_grad()
        (ploss + 0.5 * vloss).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), args.max_grad_norm)
        for lp, gp in zip(net.parameters(), global_net.parameters()):
            gp._grad = lp.grad
        opt.step()


def watch_process(args, global_net, frames):
    env = make_env(args.env)
    net = ConvLSTMPolicy(1, env.action_space.n).eval()
    begin = time.time()
    while frames.value < args.max_frames:
        net.load_state_dict(global_net.state_dict())
        state = torch.zeros(1, 256), torch.zeros(1, 256)
        obs, _ = env.reset()
        over, score = False, 0.0
        while not over:
            with torch.no_grad():
                _, logit, state = net((torch.from_numpy(obs).unsqueeze(0), state))
            obs, r, term, trunc, _ = env.step(logit.argmax(1).item())
            over = term or trunc
            score += r
        print("%6.0fs frames %d score %.1f" % (time.time() - begin, frames.value, score), flush=True)
        torch.save(net.state_dict(), "a3c_%s.pth" % args.env)
        time.sleep(60)


if __name__ == "__main__":
    args = parser.parse_args()
    mp.set_start_method("spawn")
    probe = make_env(args.env)
    global_net = ConvLSTMPolicy(1, probe.action_space.n)
    global_net.share_memory()
    frames = mp.Value("l", 0)
    jobs = [mp.Process(target=watch_process, args=(args, global_net, frames))]
    jobs += [mp.Process(target=learn_process, args=(r, args, global_net, frames)) for r in range(args.num_processes)]
    for j in jobs:
        j.start()
    for j in jobs:
        j.join()
