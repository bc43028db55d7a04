"""A3C with an LSTM on the T-maze."""
import argparse
import time

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from maze import Maze

parser = argparse.ArgumentParser(description="A3C")
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--gae-lambda", type=float, default=1.0)
parser.add_argument("--entropy-coef", type=float, default=0.01)
parser.add_argument("--max-grad-norm", type=float, default=40.0)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--num-processes", type=int, default=6)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-updates", type=int, default=40000)


class ActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions, size=64):
        super().__init__()
        self.size = size
        self.fc = nn.Linear(obs_dim, size)
        self.lstm = nn.LSTMCell(size, size)
        self.critic = nn.Linear(size, 1)
        self.actor = nn.Linear(size, n_actions)

    def forward(self, x, hidden):
        x = F.elu(self.fc(x))
        hx, cx = self.lstm(x, hidden)
        return self.critic(hx), self.actor(hx), (hx, cx)


def share_grads(model, shared_model):
    for p, sp in zip(model.parameters(), shared_model.parameters()):
        if sp.grad is not None:
            return
        sp._grad = p.grad


def train(rank, args, shared_model, counter, lock, optimizer=None):
    torch.manual_seed(args.seed + rank)
    env = Maze(seed=args.seed + rank)
    model = ActorCritic(env.obs_dim, env.n_actions)
    if optimizer is None:
        optimizer = torch.optim.Adam(shared_model.parameters(), lr=args.lr)

    model.train()
    state = torch.from_numpy(env.reset())
    done = True
    hx = cx = None

    for update in range(args.max_updates):
        # sync with the shared model
        model.load_state_dict(shared_model.state_dict())
        if done:
            hx = torch.zeros(1, model.size)
            cx = torch.zeros(1, model.size)
        else:
            hx = hx.detach()
            cx = cx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for step in range(args.num_steps):
            value, logit, (hx, cx) = model(state.unsqueeze(0), (hx, cx))
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            obs, reward, done = env.step(action.item())
            with lock:
                counter.value += 1
            if done:
                obs = env.reset()
            state = torch.from_numpy(obs)
            values.append(value)
            log_probs.append(log_prob.gather(1, action))
            rewards.append(reward)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            value, _, _ = model(state.unsqueeze(0), (hx, cx))
            R = value.detach()
        values.append(R)
        policy_loss, value_loss = 0, 0
        gae = torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * args.gae_lambda + delta
            policy_loss = policy_loss - log_probs[i] * gae - args.entropy_coef * entropies[i]

        model.zero_grad()
        optimizer.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), args.max_grad_norm)
        share_grads(model, shared_model)
        optimizer.step()


def test(args, shared_model, counter):
    env = Maze(seed=args.seed + 1000)
    model = ActorCritic(env.obs_dim, env.n_actions)
    model.eval()
    start = time.time()
    while True:
        model.load_state_dict(shared_model.state_dict())
        wins, total = 0, 100
        for _ in range(total):
            hidden = (torch.zeros(1, model.size), torch.zeros(1, model.size))
            state, done, reward = env.reset(), False, 0.0
            while not done:
                with torch.no_grad():
                    _, logit, hidden = model(torch.from_numpy(state).unsqueeze(0), hidden)
                state, reward, done = env.step(logit.argmax(dim=-1).item())
            wins += reward > 0.5
        print(f"{time.time() - start:7.0f}s steps {counter.value} success {wins / total:.2f}", flush=True)
        time.sleep(30)


if __name__ == "__main__":
    args = parser.parse_args()
    mp.set_start_method("spawn")
    shared_model = ActorCritic(Maze.obs_dim, Maze.n_actions)
    shared_model.share_memory()
    counter, lock = mp.Value("i", 0), mp.Lock()
    tester = mp.Process(target=test, args=(args, shared_model, counter), daemon=True)
    tester.start()
    workers = [mp.Process(target=train, args=(r, args, shared_model, counter, lock)) for r in range(args.num_processes)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    torch.save(shared_model.state_dict(), "a3c_maze.pt")
