import argparse

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from net import ActorCritic, SharedAdam
from towers import Towers

parser = argparse.ArgumentParser(description="A3C")
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--gae-lambda", type=float, default=1.0)
parser.add_argument("--entropy-coef", type=float, default=0.01)
parser.add_argument("--num-processes", type=int, default=8)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-updates", type=int, default=100000)


def ensure_shared_grads(model, shared_model):
    for param, shared_param in zip(model.parameters(), shared_model.parameters()):
        if shared_param.grad is not None:
            return
        shared_param._grad = param.grad


def train(rank, args, shared_model, optimizer, counter, lock):
    torch.manual_seed(rank)
    env = Towers(rank)
    model = ActorCritic(Towers.num_inputs, Towers.num_actions)
    model.train()
    state = torch.from_numpy(env.reset())
    done = True
    for _ in range(args.max_updates):
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
            state, reward, done = env.step(action.item())
            with lock:
                counter.value += 1
            if done:
                state = env.reset()
            state = torch.from_numpy(state)
            values.append(value)
            log_probs.append(log_prob.gather(1, action))
            rewards.append(max(min(reward, 1), -1))
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model((state.unsqueeze(0), (hx, cx)))[0].detach()
        values.append(R)
        policy_loss, value_loss, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            advantage = R - values[i]
            value_loss = value_loss + 0.5 * advantage.pow(2)
            delta = rewards[i] + args.gamma * values[i + 1] - values[i]
            gae = gae * args.gamma * args.gae_lambda + delta.detach()
            policy_loss = policy_loss - log_probs[i] * gae - args.entropy_coef * entropies[i]

        optimizer.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 50)
        ensure_shared_grads(model, shared_model)
        optimizer.step()


if __name__ == "__main__":
    args = parser.parse_args()
    mp.set_start_method("spawn")
    shared_model = ActorCritic(Towers.num_inputs, Towers.num_actions)
    shared_model.share_memory()
    optimizer = SharedAdam(shared_model.parameters(), lr=args.lr)
    counter, lock = mp.Value("i", 0), mp.Lock()
    procs = [mp.Process(target=train, args=(r, args, shared_model, optimizer, counter, lock))
             for r in range(args.num_processes)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared_model.state_dict(), "towers_a3c.pt")
