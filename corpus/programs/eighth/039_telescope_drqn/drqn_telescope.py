# Online recurrent Q-learning for a telescope scheduler, in one file (CleanRL manner).
import argparse
import os
import random
import time

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.tensorboard import SummaryWriter


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--exp-name", type=str, default=os.path.basename(__file__)[: -len(".py")])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--total-timesteps", type=int, default=1_000_000)
    parser.add_argument("--learning-rate", type=float, default=2.5e-4)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--num-envs", type=int, default=16)
    parser.add_argument("--bptt", type=int, default=10)
    parser.add_argument("--target-network-frequency", type=int, default=500)
    parser.add_argument("--start-e", type=float, default=1.0)
    parser.add_argument("--end-e", type=float, default=0.05)
    parser.add_argument("--exploration-fraction", type=float, default=0.3)
    return parser.parse_args()


class TelescopeNights:
    """Vector of nights: choose a field, clouds drift by and are seen only where one points."""

    def __init__(self, num_envs, fields=6, slots=80):
        self.num_envs, self.fields, self.slots = num_envs, fields, slots
        self.clouds = np.zeros((num_envs, fields))
        self.drift = np.zeros(num_envs, dtype=int)
        self.seen = np.zeros((num_envs, fields))
        self.t = np.zeros(num_envs, dtype=int)
        self.obs_dim = fields * 2 + 2

    def _new_night(self, i):
        self.clouds[i] = np.random.rand(self.fields)
        self.drift[i] = np.random.randint(4, 12)
        self.seen[i] = 0
        self.t[i] = 0

    def reset(self):
        for i in range(self.num_envs):
            self._new_night(i)
        return self._obs(np.zeros(self.num_envs, dtype=int))

    def _obs(self, pointing):
        obs = np.zeros((self.num_envs, self.obs_dim), dtype=np.float32)
        rows = np.arange(self.num_envs)
        obs[rows, pointing] = 1.0
        obs[:, self.fields : 2 * self.fields] = self.seen / 10
        obs[:, -2] = self.clouds[rows, pointing]
        obs[:, -1] = self.t / self.slots
        return obs

    def step(self, pointing):
        rows = np.arange(self.num_envs)
        quality = 1.0 - self.clouds[rows, pointing]
        reward = quality / (1.0 + self.seen[rows, pointing])
        self.seen[rows, pointing] += quality
        self.t += 1
        for i in range(self.num_envs):
            if self.t[i] % self.drift[i] == 0:
                self.clouds[i] = np.roll(self.clouds[i], 1)
        done = self.t >= self.slots
        for i in np.flatnonzero(done):
            self._new_night(i)
        return self._obs(pointing), reward.astype(np.float32), done


class QNetwork(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.q = nn.Linear(hidden, n_actions)

    def zero_state(self, n, device):
        return torch.zeros(n, self.hidden, device=device), torch.zeros(n, self.hidden, device=device)

    def forward(self, x, state):
        h, c = self.lstm(torch.relu(self.fc(x)), state)
        return self.q(h), (h, c)


def linear_schedule(start_e, end_e, duration, t):
    slope = (end_e - start_e) / duration
    return max(slope * t + start_e, end_e)


if __name__ == "__main__":
    args = parse_args()
    run_name = f"{args.exp_name}__{args.seed}__{int(time.time())}"
    writer = SummaryWriter(f"runs/{run_name}")
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    envs = TelescopeNights(args.num_envs)
    q_network = QNetwork(envs.obs_dim, envs.fields).to(device)
    target_network = QNetwork(envs.obs_dim, envs.fields).to(device)
    target_network.load_state_dict(q_network.state_dict())
    optimizer = optim.Adam(q_network.parameters(), lr=args.learning_rate)

    obs = torch.tensor(envs.reset(), device=device)
    state = q_network.zero_state(args.num_envs, device)
    target_state = target_network.zero_state(args.num_envs, device)
    episode_return = np.zeros(args.num_envs)
    loss = torch.zeros((), device=device)

    for iteration in range(args.total_timesteps // args.num_envs):
        global_step = iteration * args.num_envs
        epsilon = linear_schedule(
            args.start_e, args.end_e, args.exploration_fraction * args.total_timesteps, global_step
        )
        q_values, next_state = q_network(obs, state)
        with torch.no_grad():
            _, target_state = target_network(obs, target_state)
        greedy = q_values.argmax(dim=1).cpu().numpy()
        explore = np.random.rand(args.num_envs) < epsilon
        actions = np.where(explore, np.random.randint(envs.fields, size=args.num_envs), greedy)

        next_obs, reward, done = envs.step(actions)
        episode_return += reward
        for i in np.flatnonzero(done):
            writer.add_scalar("charts/episodic_return", episode_return[i], global_step)
            episode_return[i] = 0.0

        next_obs = torch.tensor(next_obs, device=device)
        reward = torch.tensor(reward, device=device)
        mask = 1.0 - torch.tensor(done, dtype=torch.float32, device=device)
        with torch.no_grad():
            # one step ahead of the carried target state, without keeping the result
            target_q, _ = target_network(next_obs, target_state)
            td_target = reward + args.gamma * mask * target_q.max(dim=1).values
        chosen = q_values.gather(1, torch.tensor(actions, device=device).unsqueeze(1)).squeeze(1)
        loss = loss + (td_target - chosen).pow(2).mean()

        state = tuple(s * mask.unsqueeze(1) for s in next_state)
        target_state = tuple(s * mask.unsqueeze(1) for s in target_state)
        obs = next_obs

        if (iteration + 1) % args.bptt == 0:
            optimizer.zero_grad()
            (loss / args.bptt).backward()
            nn.utils.clip_grad_norm_(q_network.parameters(), 10.0)
            optimizer.step()
            writer.add_scalar("losses/td_loss", loss.item() / args.bptt, global_step)
            loss = torch.zeros((), device=device)
            state = tuple(s.detach() for s in state)

        if (iteration + 1) % args.target_network_frequency == 0:
            target_network.load_state_dict(q_network.state_dict())

    torch.save(q_network.state_dict(), f"runs/{run_name}/q_network.pt")
    writer.close()
