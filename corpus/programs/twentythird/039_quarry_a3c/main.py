import argparse
import os
import time

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from model import ActorCritic
from quarry import QuarryDispatch


def ensure_shared_grads(model, shared_model):
    for param, shared_param in zip(model.parameters(), shared_model.parameters()):
        if shared_param.grad is not None:
            return
        shared_param._grad = param.grad


def train(rank, args, shared_model, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = QuarryDispatch(args.seed + rank)
    model = ActorCritic(5, 3)
    optimizer = torch.optim.SGD(shared_model.parameters(), lr=args.lr)

    state = torch.tensor(env.reset())
    done = True
    while True:
        # Sync with the shared model
        model.load_state_dict(shared_model.state_dict())
        if done:
            cx = torch.zeros(1, 128)
            hx = torch.zeros(1, 128)
        else:
            cx = cx.detach()
            hx = hx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for step in range(args.num_steps):
            value, logit, (hx, cx) = model((state.unsqueeze(0), (hx, cx)))
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            obs, reward, done = env.step(action.item())
            with lock:
                counter.value += 1
            if done:
                obs = env.reset()
            state = torch.tensor(obs)
            values.append(value)
            log_probs.append(log_prob.gather(1, action))
            rewards.append(reward)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            value, _, _ = model((state.unsqueeze(0), (hx, cx)))
            R = value.detach()
        values.append(R)
        policy_loss, value_loss = 0, 0
        gae = torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1] - values[i]
            gae = gae * args.gamma * args.tau + delta.detach()
            policy_loss = policy_loss - log_probs[i] * gae - 0.01 * entropies[i]

        optimizer.zero_grad()
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 50)
        ensure_shared_grads(model, shared_model)
        optimizer.step()


def test(args, shared_model, counter):
    env = QuarryDispatch(args.seed + 1000)
    model = ActorCritic(5, 3)
    model.eval()
    start = time.time()
    while True:
        model.load_state_dict(shared_model.state_dict())
        hx, cx = torch.zeros(1, 128), torch.zeros(1, 128)
        state, done, total = torch.tensor(env.reset()), False, 0.0
        while not done:
            with torch.no_grad():
                _, logit, (hx, cx) = model((state.unsqueeze(0), (hx, cx)))
            obs, r, done = env.step(logit.argmax(-1).item())
            state = torch.tensor(obs)
            total += r
        print(f"{time.time() - start:8.0f}s steps {counter.value} reward {total:.1f}", flush=True)
        time.sleep(30)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A3C quarry dispatch")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--tau", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--num-processes", type=int, default=8)
    parser.add_argument("--num-steps", type=int, default=20)
    args = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"

    shared_model = ActorCritic(5, 3)
    shared_model.share_memory()
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = [mp.Process(target=test, args=(args, shared_model, counter))]
    procs += [mp.Process(target=train, args=(r, args, shared_model, counter, lock)) for r in range(args.num_processes)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
