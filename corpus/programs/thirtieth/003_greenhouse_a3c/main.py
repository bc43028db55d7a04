from __future__ import print_function

import argparse
import os

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
import torch.optim as optim

from climate import Greenhouse
from model import VentActorCritic

parser = argparse.ArgumentParser(description='A3C')
parser.add_argument('--lr', type=float, default=0.0001)
parser.add_argument('--gamma', type=float, default=0.99)
parser.add_argument('--gae-lambda', type=float, default=1.00)
parser.add_argument('--entropy-coef', type=float, default=0.01)
parser.add_argument('--value-loss-coef', type=float, default=0.5)
parser.add_argument('--max-grad-norm', type=float, default=50)
parser.add_argument('--seed', type=int, default=1)
parser.add_argument('--num-processes', type=int, default=4)
parser.add_argument('--num-steps', type=int, default=20)
parser.add_argument('--total', type=int, default=2000000)


def ensure_shared_grads(model, shared_model):
    for param, shared_param in zip(model.parameters(), shared_model.parameters()):
        if shared_param.grad is not None:
            return
        shared_param._grad = param.grad


def train(rank, args, shared_model, counter, lock):
    torch.manual_seed(args.seed + rank)
    env = Greenhouse(args.seed + rank)
    model = VentActorCritic(env.num_inputs, env.num_actions)
    optimizer = optim.Adam(shared_model.parameters(), lr=args.lr)
    model.train()

    state = torch.tensor(env.reset())
    done = True

    while counter.value < args.total:
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
            log_prob = log_prob.gather(1, action)

            obs, reward, done = env.step(action.item())
            with lock:
                counter.value += 1
            if done:
                obs = env.reset()
            state = torch.tensor(obs)
            values.append(value)
            log_probs.append(log_prob)
            rewards.append(max(min(reward, 1), -1))
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            value, _, _ = model((state.unsqueeze(0), (hx, cx)))
            R = value.detach()
        values.append(R)
        policy_loss = 0
        value_loss = 0
        gae = torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta_t = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.gae_lambda + delta_t
            policy_loss = policy_loss - log_probs[i] * gae - args.entropy_coef * entropies[i]

        optimizer.zero_grad()
        model.zero_grad()
        (policy_loss + args.value_loss_coef * value_loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), args.max_grad_norm)
        ensure_shared_grads(model, shared_model)
        optimizer.step()


if __name__ == '__main__':
    os.environ['OMP_NUM_THREADS'] = '1'
    args = parser.parse_args()
    shared_model = VentActorCritic(Greenhouse.num_inputs, Greenhouse.num_actions)
    shared_model.share_memory()
    counter = mp.Value('i', 0)
    lock = mp.Lock()
    processes = []
    for rank in range(args.num_processes):
        p = mp.Process(target=train, args=(rank, args, shared_model, counter, lock))
        p.start()
        processes.append(p)
    for p in processes:
        p.join()
    torch.save(shared_model.state_dict(), 'greenhouse_a3c.pt')
