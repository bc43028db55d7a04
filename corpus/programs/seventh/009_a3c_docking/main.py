"""A3C for docking a spacecraft (LunarLander stands in for the docking simulator)."""
import argparse
import os

import gymnasium as gym
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from model import DockingNet, SharedAdam

parser = argparse.ArgumentParser()
parser.add_argument("--num-processes", type=int, default=8)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-updates", type=int, default=50000)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--gae-lambda", type=float, default=1.0)
parser.add_argument("--entropy-coef", type=float, default=0.01)
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--seed", type=int, default=1)


def copy_grads(local, shared):
    for lp, sp in zip(local.parameters(), shared.parameters()):
        if sp.grad is not None:
            return
        sp._grad = lp.grad


def worker(rank, args, shared_model, optimizer, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = gym.make("LunarLander-v2")
    model = DockingNet(env.observation_space.shape[0], env.action_space.n)
    model.train()

    state, _ = env.reset(seed=args.seed + rank)
    state = torch.from_numpy(state)
    done = True

    while counter.value < args.max_updates:
        model.load_state_dict(shared_model.state_dict())
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
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            log_probs.append(log_prob.gather(1, action))

            state, reward, terminated, truncated, _ = env.step(action.item())
            done = terminated or truncated
            values.append(value)
            rewards.append(max(min(reward, 1.0), -1.0))
            if done:
                state, _ = env.reset()
            state = torch.from_numpy(state)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model(state.unsqueeze(0), hx, cx)[0].detach()
        values.append(R)

        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.gae_lambda + delta
            policy_loss = policy_loss - log_probs[i] * gae - args.entropy_coef * entropies[i]

        optimizer.zero_grad()
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 40)
        copy_grads(model, shared_model)
        optimizer.step()
        with lock:
            counter.value += 1


def main():
    os.environ["OMP_NUM_THREADS"] = "1"
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    env = gym.make("LunarLander-v2")
    shared_model = DockingNet(env.observation_space.shape[0], env.action_space.n)
    shared_model.share_memory()
    optimizer = SharedAdam(shared_model.parameters(), lr=args.lr)
    optimizer.share_memory()
    counter, lock = mp.Value("i", 0), mp.Lock()

    processes = []
    for rank in range(args.num_processes):
        p = mp.Process(target=worker, args=(rank, args, shared_model, optimizer, counter, lock))
        p.start()
        processes.append(p)
    for p in processes:
        p.join()
    torch.save(shared_model.state_dict(), "docking_a3c.pt")


if __name__ == "__main__":
    main()
