"""PPO + LSTM in a single file for a congestion-control toy, with rollback to the best weights (gymnasium 0.29)."""
import argparse
import copy
import time
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from gymnasium import spaces
from torch.distributions.categorical import Categorical
from torch.utils.tensorboard import SummaryWriter


class CongestionEnv(gym.Env):
    """The sender only sees round trip time and loss; the bottleneck's rate changes now and then."""

    def __init__(self):
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.bandwidth = float(self.np_random.uniform(2, 10))
        self.rate, self.queue, self.loss, self.t = 3.0, 0.0, 0.0, 0
        return self._obs(), {}

    def step(self, action):
        self.rate = float(np.clip(self.rate * (0.8, 1.0, 1.15)[int(action)], 0.2, 20.0))
        if self.np_random.random() < 0.02:
            self.bandwidth = float(self.np_random.uniform(2, 10))
        self.queue = max(0.0, self.queue + self.rate - self.bandwidth)
        self.loss = max(0.0, self.queue - 10.0)
        self.queue = min(self.queue, 10.0)
        self.t += 1
        reward = min(self.rate, self.bandwidth) - 0.3 * self.queue - 2.0 * self.loss
        return self._obs(), reward / 10.0, False, self.t >= 300, {}

    def _obs(self):
        return np.array([self.queue / 10.0, self.loss, self.rate / 10.0], dtype=np.float32)


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    nn.init.orthogonal_(layer.weight, std)
    nn.init.constant_(layer.bias, bias_const)
    return layer


class Agent(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.encoder = nn.Sequential(layer_init(nn.Linear(obs_dim, hidden)), nn.Tanh())
        self.lstm = nn.LSTM(hidden, hidden)
        self.actor = layer_init(nn.Linear(hidden, n_actions), std=0.01)
        self.critic = layer_init(nn.Linear(hidden, 1), std=1.0)

    def initial_state(self, n, device):
        shape = (self.lstm.num_layers, n, self.lstm.hidden_size)
        return torch.zeros(shape, device=device), torch.zeros(shape, device=device)

    def get_states(self, x, lstm_state, done):
        n = lstm_state[0].shape[1]
        h = self.encoder(x).reshape(-1, n, self.lstm.input_size)
        done = done.reshape(-1, n)
        out = []
        for h_t, d_t in zip(h, done):
            keep = (1.0 - d_t).view(1, -1, 1)
            y, lstm_state = self.lstm(h_t.unsqueeze(0), (keep * lstm_state[0], keep * lstm_state[1]))
            out.append(y)
        return torch.flatten(torch.cat(out), 0, 1), lstm_state

    def get_value(self, x, lstm_state, done):
        hidden, _ = self.get_states(x, lstm_state, done)
        return self.critic(hidden)

    def get_action_and_value(self, x, lstm_state, done, action=None):
        hidden, lstm_state = self.get_states(x, lstm_state, done)
        dist = Categorical(logits=self.actor(hidden))
        if action is None:
            action = dist.sample()
        return action, dist.log_prob(action), dist.entropy(), self.critic(hidden), lstm_state


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--total-timesteps", type=int, default=1_000_000)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--num-envs", type=int, default=8)
    parser.add_argument("--num-steps", type=int, default=128)
    parser.add_argument("--num-minibatches", type=int, default=4)
    parser.add_argument("--update-epochs", type=int, default=4)
    parser.add_argument("--rollback-margin", type=float, default=4.0)
    args = parser.parse_args()

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    writer = SummaryWriter(f"runs/congestion_{int(time.time())}")
    envs = gym.vector.SyncVectorEnv([CongestionEnv for _ in range(args.num_envs)])
    agent = Agent(3, 3).to(device)
    optimizer = optim.Adam(agent.parameters(), lr=args.learning_rate, eps=1e-5)

    shape = (args.num_steps, args.num_envs)
    obs = torch.zeros(shape + (3,), device=device)
    actions = torch.zeros(shape, device=device)
    logprobs, rewards, dones, values = (torch.zeros(shape, device=device) for _ in range(4))

    returns_window = deque(maxlen=40)
    running = np.zeros(args.num_envs)
    best_score, best = -np.inf, None

    global_step = 0
    next_obs = torch.tensor(envs.reset(seed=1)[0], device=device)
    next_done = torch.zeros(args.num_envs, device=device)
    next_lstm_state = agent.initial_state(args.num_envs, device)
    num_updates = args.total_timesteps // (args.num_envs * args.num_steps)

    for update in range(1, num_updates + 1):
        initial_lstm_state = (next_lstm_state[0].clone(), next_lstm_state[1].clone())
        for step in range(args.num_steps):
            global_step += args.num_envs
            obs[step], dones[step] = next_obs, next_done
            with torch.no_grad():
                action, logprob, _, value, next_lstm_state = agent.get_action_and_value(
                    next_obs, next_lstm_state, next_done
                )
            actions[step], logprobs[step], values[step] = action, logprob, value.flatten()
            o, r, terminated, truncated, _ = envs.step(action.cpu().numpy())
            done = np.logical_or(terminated, truncated)
            running += r
            for i in np.flatnonzero(done):
                returns_window.append(running[i])
                running[i] = 0.0
            rewards[step] = torch.tensor(r, dtype=torch.float32, device=device)
            next_obs = torch.tensor(o, device=device)
            next_done = torch.tensor(done, dtype=torch.float32, device=device)

        with torch.no_grad():
            next_value = agent.get_value(next_obs, next_lstm_state, next_done).flatten()
            advantages = torch.zeros_like(rewards)
            last = 0
            for t in reversed(range(args.num_steps)):
                nonterminal = 1.0 - (next_done if t == args.num_steps - 1 else dones[t + 1])
                nextvalue = next_value if t == args.num_steps - 1 else values[t + 1]
                delta = rewards[t] + 0.99 * nextvalue * nonterminal - values[t]
                advantages[t] = last = delta + 0.99 * 0.95 * nonterminal * last
            returns = advantages + values

        envs_per_batch = args.num_envs // args.num_minibatches
        order = np.arange(args.num_envs)
        for _ in range(args.update_epochs):
            np.random.shuffle(order)
            for start in range(0, args.num_envs, envs_per_batch):
                e = order[start:start + envs_per_batch]
                _, newlogprob, entropy, newvalue, _ = agent.get_action_and_value(
                    obs[:, e].flatten(0, 1),
                    (initial_lstm_state[0][:, e], initial_lstm_state[1][:, e]),
                    dones[:, e].flatten(),
                    actions[:, e].flatten().long(),
                )
                adv = advantages[:, e].flatten()
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                ratio = (newlogprob - logprobs[:, e].flatten()).exp()
                pg_loss = torch.max(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)).mean()
                v_loss = 0.5 * ((newvalue.flatten() - returns[:, e].flatten()) ** 2).mean()
                loss = pg_loss - 0.01 * entropy.mean() + 0.5 * v_loss
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                optimizer.step()

        if len(returns_window) < returns_window.maxlen:
            continue
        score = float(np.mean(returns_window))
        writer.add_scalar("charts/return", score, global_step)
        if score > best_score:
            best_score = score
            best = (copy.deepcopy(agent.state_dict()), copy.deepcopy(optimizer.state_dict()))
        elif score < best_score - args.rollback_margin:
            print(f"step {global_step}: {score:.2f} is far below {best_score:.2f}, rolling back")
            agent.load_state_dict(best[0])
            optimizer.load_state_dict(copy.deepcopy(best[1]))
            returns_window.clear()
            running[:] = 0.0
            next_obs = torch.tensor(envs.reset()[0], device=device)
            next_done = torch.zeros(args.num_envs, device=device)
            next_lstm_state = agent.initial_state(args.num_envs, device)

    torch.save(agent.state_dict(), "congestion.pt")
    envs.close()
    writer.close()
