"""PPO + LSTM for a two-car elevator bank (one file, no framework)."""
import argparse
import os
import random
import time
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from gymnasium import spaces
from torch.distributions.categorical import Categorical


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=3)
    p.add_argument("--floors", type=int, default=12)
    p.add_argument("--total-timesteps", type=int, default=3_000_000)
    p.add_argument("--learning-rate", type=float, default=2.5e-4)
    p.add_argument("--num-envs", type=int, default=8)
    p.add_argument("--num-steps", type=int, default=128)
    p.add_argument("--gamma", type=float, default=0.995)
    p.add_argument("--gae-lambda", type=float, default=0.95)
    p.add_argument("--num-minibatches", type=int, default=4)
    p.add_argument("--update-epochs", type=int, default=4)
    p.add_argument("--clip-coef", type=float, default=0.1)
    p.add_argument("--ent-coef", type=float, default=0.01)
    p.add_argument("--vf-coef", type=float, default=0.5)
    p.add_argument("--max-grad-norm", type=float, default=0.5)
    p.add_argument("--collapse", type=float, default=0.6, help="fall back when return < collapse * best")
    p.add_argument("--patience", type=int, default=15)
    args = p.parse_args()
    args.batch_size = args.num_envs * args.num_steps
    return args


class ElevatorEnv(gym.Env):
    """Cars move one floor per step, passengers arrive by a time-of-day profile. Observed without the queue lengths."""

    def __init__(self, floors=12, horizon=4000):
        self.floors, self.horizon = floors, horizon
        self.observation_space = spaces.Box(0.0, 1.0, (2 * floors + 4,), np.float32)
        self.action_space = spaces.Discrete(9)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.cars = [0, self.floors - 1]
        self.load = [[], []]
        self.queue = [[] for _ in range(self.floors)]
        return self._obs(), {}

    def _obs(self):
        calls = np.array([bool(q) for q in self.queue], np.float32)
        where = np.zeros(self.floors, np.float32)
        for c in self.cars:
            where[c] += 0.5
        tail = [len(l) / 10 for l in self.load] + [np.sin(self.t / 600) / 2 + 0.5, np.cos(self.t / 600) / 2 + 0.5]
        return np.concatenate([calls, where, np.array(tail, np.float32).clip(0, 1)])

    def step(self, action):
        self.t += 1
        rate = 0.15 + 0.1 * np.sin(self.t / 600)
        if self.np_random.random() < rate:
            a, b = self.np_random.choice(self.floors, 2, replace=False)
            self.queue[int(a)].append(int(b))
        for i, m in enumerate((action // 3 - 1, action % 3 - 1)):
            self.cars[i] = int(np.clip(self.cars[i] + m, 0, self.floors - 1))
            if m == 0:
                f = self.cars[i]
                self.load[i] = [x for x in self.load[i] if x != f]
                room = 10 - len(self.load[i])
                self.load[i] += self.queue[f][:room]
                self.queue[f] = self.queue[f][room:]
        waiting = sum(map(len, self.queue)) + 0.5 * sum(map(len, self.load))
        return self._obs(), -0.01 * waiting, False, self.t >= self.horizon, {}


def layer_init(layer, std=np.sqrt(2)):
    nn.init.orthogonal_(layer.weight, std)
    nn.init.zeros_(layer.bias)
    return layer


class Agent(nn.Module):
    def __init__(self, obs_dim, n_act, width=128):
        super().__init__()
        self.trunk = nn.Sequential(layer_init(nn.Linear(obs_dim, width)), nn.Tanh())
        self.lstm = nn.LSTM(width, width)
        self.actor = layer_init(nn.Linear(width, n_act), 0.01)
        self.critic = layer_init(nn.Linear(width, 1), 1.0)

    def get_states(self, x, lstm_state, done):
        x = self.trunk(x)
        B = lstm_state[0].shape[1]
        x = x.reshape(-1, B, x.shape[-1])
        done = done.reshape(-1, B)
        out = []
        for h, d in zip(x, done):
            keep = (1.0 - d).view(1, -1, 1)
            h, lstm_state = self.lstm(h.unsqueeze(0), (keep * lstm_state[0], keep * lstm_state[1]))
            out.append(h)
        return torch.flatten(torch.cat(out), 0, 1), lstm_state

    def get_value(self, x, lstm_state, done):
        return self.critic(self.get_states(x, lstm_state, done)[0])

    def get_action_and_value(self, x, lstm_state, done, action=None):
        z, lstm_state = self.get_states(x, lstm_state, done)
        pi = Categorical(logits=self.actor(z))
        if action is None:
            action = pi.sample()
        return action, pi.log_prob(action), pi.entropy(), self.critic(z), lstm_state


if __name__ == "__main__":
    args = parse_args()
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = f"elevator_{args.seed}_{int(time.time())}"
    os.makedirs(f"runs/{run}", exist_ok=True)

    envs = gym.vector.SyncVectorEnv([lambda: ElevatorEnv(args.floors) for _ in range(args.num_envs)])
    obs_dim = envs.single_observation_space.shape[0]
    agent = Agent(obs_dim, envs.single_action_space.n).to(device)
    optimizer = optim.Adam(agent.parameters(), lr=args.learning_rate, eps=1e-5)

    T, N = args.num_steps, args.num_envs
    obs = torch.zeros((T, N, obs_dim), device=device)
    actions = torch.zeros((T, N), device=device)
    logprobs = torch.zeros((T, N), device=device)
    rewards = torch.zeros((T, N), device=device)
    dones = torch.zeros((T, N), device=device)
    values = torch.zeros((T, N), device=device)

    next_obs = torch.tensor(envs.reset(seed=args.seed)[0], device=device)
    next_done = torch.zeros(N, device=device)
    next_lstm_state = (torch.zeros(1, N, 128, device=device), torch.zeros(1, N, 128, device=device))

    best_score, best_weights, bad = -float("inf"), None, 0
    window = deque(maxlen=20)

    for update in range(1, args.total_timesteps // args.batch_size + 1):
        initial_lstm_state = (next_lstm_state[0].clone(), next_lstm_state[1].clone())
        for step in range(T):
            obs[step], dones[step] = next_obs, next_done
            with torch.no_grad():
                action, logprob, _, value, next_lstm_state = agent.get_action_and_value(next_obs, next_lstm_state, next_done)
                values[step] = value.flatten()
            actions[step], logprobs[step] = action, logprob
            o, r, term, trunc, _ = envs.step(action.cpu().numpy())
            rewards[step] = torch.tensor(r, device=device).view(-1)
            next_obs = torch.tensor(o, dtype=torch.float32, device=device)
            next_done = torch.tensor(np.logical_or(term, trunc), dtype=torch.float32, device=device)

        with torch.no_grad():
            next_value = agent.get_value(next_obs, next_lstm_state, next_done).reshape(1, -1)
            advantages, last = torch.zeros_like(rewards), 0
            for t in reversed(range(T)):
                nonterm = 1.0 - (next_done if t == T - 1 else dones[t + 1])
                nv = next_value if t == T - 1 else values[t + 1]
                delta = rewards[t] + args.gamma * nv * nonterm - values[t]
                advantages[t] = last = delta + args.gamma * args.gae_lambda * nonterm * last
            returns = advantages + values

        flat = np.arange(args.batch_size).reshape(T, N)
        envinds = np.arange(N)
        per = N // args.num_minibatches
        for _ in range(args.update_epochs):
            np.random.shuffle(envinds)
            for s in range(0, N, per):
                mbe = envinds[s:s + per]
                mb = flat[:, mbe].ravel()
                _, newlog, entropy, newv, _ = agent.get_action_and_value(
                    obs.reshape(-1, obs_dim)[mb],
                    (initial_lstm_state[0][:, mbe], initial_lstm_state[1][:, mbe]),
                    dones.reshape(-1)[mb],
                    actions.reshape(-1)[mb].long(),
                )
                ratio = (newlog - logprobs.reshape(-1)[mb]).exp()
                adv = advantages.reshape(-1)[mb]
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                pg = torch.max(-adv * ratio, -adv * ratio.clamp(1 - args.clip_coef, 1 + args.clip_coef)).mean()
                vl = 0.5 * (newv.view(-1) - returns.reshape(-1)[mb]).pow(2).mean()
                loss = pg - args.ent_coef * entropy.mean() + args.vf_coef * vl
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), args.max_grad_norm)
                optimizer.step()

        window.append(rewards.sum(0).mean().item())
        score = float(np.mean(window))
        if len(window) == window.maxlen and score > best_score:
            best_score, bad = score, 0
            best_weights = [p.detach().clone() for p in agent.parameters()]
            torch.save(agent.state_dict(), f"runs/{run}/best.pt")
        elif best_weights is not None and score < best_score - (1 - args.collapse) * abs(best_score):
            bad += 1
            if bad >= args.patience:
                print(f"update {update}: collapsed ({score:.2f} vs {best_score:.2f}), back to the best policy")
                for p, w in zip(agent.parameters(), best_weights):
                    p.data = w.clone()
                optimizer = optim.Adam(agent.parameters(), lr=optimizer.param_groups[0]["lr"] * 0.5, eps=1e-5)
                window.clear()
                bad = 0
        if update % 10 == 0:
            print(update, round(score, 3))
    envs.close()
