from __future__ import print_function

import argparse
import os

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from envs import DieInspector


class ActorCritic(nn.Module):
    def __init__(self, num_inputs, num_actions):
        super(ActorCritic, self).__init__()
        self.fc = nn.Linear(num_inputs, 64)
        self.lstm = nn.LSTMCell(64, 64)
        self.critic_linear = nn.Linear(64, 1)
        self.actor_linear = nn.Linear(64, num_actions)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.critic_linear(hx), self.actor_linear(hx), (hx, cx)


def ensure_shared_grads(model, shared_model):
    for param, shared_param in zip(model.parameters(), shared_model.parameters()):
        if shared_param.grad is not None:
            return
        shared_param._grad = param.grad


def train(rank, args, shared_model, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = DieInspector(args.seed + rank)
    model = ActorCritic(env.num_inputs, env.num_actions)
    optimizer = torch.optim.Adam(shared_model.parameters(), lr=args.lr)
    state = env.reset()
    done = True
    total = 0.0
    while counter.value < args.max_steps:
        model.load_state_dict(shared_model.state_dict())
        if done:
            cx = torch.zeros(1, 64)
            hx = torch.zeros(1, 64)
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
            values.append(value)
            rewards.append(reward)
            total += reward
            with lock:
                counter.value += 1
            if done:
                if rank == 0:
                    print(counter.value, "reward per wafer", total)
                total = 0.0
                state = env.reset()
                break

        R = torch.zeros(1, 1)
        if not done:
            value, _, _ = model((state.unsqueeze(0), (hx, cx)))
            R = value.detach()
        values.append(R)
        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta_t = rewards[i] + args.gamma * values[i + 1] - values[i]
            gae = gae * args.gamma * args.gae_lambda + delta_t
            policy_loss = policy_loss - log_probs[i] * gae.detach() - args.entropy_coef * entropies[i]

        optimizer.zero_grad()
        model.zero_grad()
        (policy_loss + 0.5 * value_loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 40)
        ensure_shared_grads(model, shared_model)
        optimizer.step()


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    parser = argparse.ArgumentParser(description="A3C die inspection")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--gamma", type=float, default=0.98)
    parser.add_argument("--gae-lambda", type=float, default=1.0)
    parser.add_argument("--entropy-coef", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--num-processes", type=int, default=4)
    parser.add_argument("--num-steps", type=int, default=20)
    parser.add_argument("--max-steps", type=int, default=5000000)
    args = parser.parse_args()

    shared_model = ActorCritic(DieInspector.num_inputs, DieInspector.num_actions)
    shared_model.share_memory()
    counter, lock = mp.Value("i", 0), mp.Lock()
    processes = []
    for rank in range(args.num_processes):
        p = mp.Process(target=train, args=(rank, args, shared_model, counter, lock))
        p.start()
        processes.append(p)
    for p in processes:
        p.join()
    torch.save(shared_model.state_dict(), "die_a3c.pth")
