import argparse
import os

import gymnasium as gym
import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

os.environ["OMP_NUM_THREADS"] = "1"


class ActorCritic(nn.Module):
    def __init__(self, num_inputs, num_actions):
        super().__init__()
        self.fc1 = nn.Linear(num_inputs, 128)
        self.lstm = nn.LSTMCell(128, 128)
        self.critic_linear = nn.Linear(128, 1)
        self.actor_linear = nn.Linear(128, num_actions)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        x = F.elu(self.fc1(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.critic_linear(hx), self.actor_linear(hx), (hx, cx)


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(1).share_memory_()
                st["exp_avg"] = torch.zeros_like(p.data).share_memory_()
                st["exp_avg_sq"] = torch.zeros_like(p.data).share_memory_()


def share_grads(model, shared):
    for p, sp in zip(model.parameters(), shared.parameters()):
        if sp.grad is not None:
            return
        sp._grad = p.grad


def train(rank, args, shared, optimizer):
    torch.manual_seed(args.seed + rank)
    env = gym.make(args.env)
    model = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    model.train()
    state, _ = env.reset(seed=args.seed + rank)
    done = True
    score, smooth = 0.0, None
    while True:
        model.load_state_dict(shared.state_dict())
        if done:
            cx = torch.zeros(1, 128)
            hx = torch.zeros(1, 128)
        else:
            cx = cx.detach()
            hx = hx.detach()
        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(args.num_steps):
            x = torch.from_numpy(np.asarray(state, dtype=np.float32)).unsqueeze(0)
            value, logit, (hx, cx) = model((x, (hx, cx)))
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(1).detach()
            state, reward, term, trunc, _ = env.step(action.item())
            done = term or trunc
            score += reward
            values.append(value)
            log_probs.append(log_prob.gather(1, action))
            rewards.append(max(min(reward, 1), -1))
            if done:
                smooth = score if smooth is None else 0.95 * smooth + 0.05 * score
                score = 0.0
                state, _ = env.reset()
                break
        R = torch.zeros(1, 1)
        if not done:
            x = torch.from_numpy(np.asarray(state, dtype=np.float32)).unsqueeze(0)
            R = model((x, (hx, cx)))[0].detach()
        values.append(R)
        policy_loss = value_loss = 0
        gae = torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.tau + delta
            policy_loss = policy_loss - log_probs[i] * gae - 0.01 * entropies[i]
        optimizer.zero_grad()
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 40)
        share_grads(model, shared)
        optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="LunarLander-v2")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--tau", type=float, default=0.95)
    parser.add_argument("--num-steps", type=int, default=20)
    parser.add_argument("--num-processes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    env = gym.make(args.env)
    shared = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    shared.share_memory()
    optimizer = SharedAdam(shared.parameters(), lr=args.lr)
    procs = [mp.Process(target=train, args=(r, args, shared, optimizer)) for r in range(args.num_processes)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()


if __name__ == "__main__":
    main()
