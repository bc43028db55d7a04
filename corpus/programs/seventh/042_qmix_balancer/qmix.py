"""QMIX with recurrent agents for decentralised load balancing."""
import argparse
import random
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from cluster import Cluster


class RNNAgent(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc1 = nn.Linear(obs_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.fc2 = nn.Linear(hidden, n_actions)

    def forward(self, obs, hidden):
        hidden = self.rnn(F.relu(self.fc1(obs)), hidden)
        return self.fc2(hidden), hidden


class Mixer(nn.Module):
    def __init__(self, n_agents, state_dim, embed=32):
        super().__init__()
        self.n_agents, self.embed = n_agents, embed
        self.w1 = nn.Linear(state_dim, n_agents * embed)
        self.b1 = nn.Linear(state_dim, embed)
        self.w2 = nn.Linear(state_dim, embed)
        self.v = nn.Sequential(nn.Linear(state_dim, embed), nn.ReLU(), nn.Linear(embed, 1))

    def forward(self, qs, states):
        w1 = self.w1(states).abs().view(-1, self.n_agents, self.embed)
        hidden = F.elu(torch.bmm(qs.unsqueeze(1), w1).squeeze(1) + self.b1(states))
        return (hidden * self.w2(states).abs()).sum(dim=1, keepdim=True) + self.v(states)


class MultiAgentController:
    """All agents share one network. The hidden states of a running episode (or batch) live here."""

    def __init__(self, n_agents, obs_dim, n_actions):
        self.n_agents = n_agents
        self.n_actions = n_actions
        self.agent = RNNAgent(obs_dim, n_actions)
        self.hidden_states = None

    def init_hidden(self, batch_size):
        self.hidden_states = torch.zeros(batch_size * self.n_agents, self.agent.hidden)

    def forward(self, obs):
        """obs: (batch, n_agents, obs_dim)"""
        q, self.hidden_states = self.agent(obs.flatten(0, 1), self.hidden_states)
        return q.view(obs.shape[0], self.n_agents, -1)

    def select_actions(self, obs, epsilon):
        with torch.no_grad():
            q = self.forward(torch.from_numpy(obs).unsqueeze(0)).squeeze(0)
        greedy = q.argmax(dim=-1).tolist()
        return [random.randrange(self.n_actions) if random.random() < epsilon else a for a in greedy]

    def load_from(self, other):
        self.agent.load_state_dict(other.agent.state_dict())


@dataclass
class Episode:
    obs: np.ndarray
    states: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray


class QLearner:
    def __init__(self, mac, target_mac, mixer, target_mixer, args):
        self.mac, self.target_mac = mac, target_mac
        self.mixer, self.target_mixer = mixer, target_mixer
        self.args = args
        self.params = list(mac.agent.parameters()) + list(mixer.parameters())
        self.optimizer = torch.optim.RMSprop(self.params, lr=args.lr, alpha=0.99, eps=1e-5)
        self.update_targets()

    def unroll(self, mac, obs):
        mac.init_hidden(obs.shape[0])
        return torch.stack([mac.forward(obs[:, t]) for t in range(obs.shape[1])], dim=1)

    def train(self, episodes):
        obs = torch.from_numpy(np.stack([e.obs for e in episodes]))
        states = torch.from_numpy(np.stack([e.states for e in episodes]))
        actions = torch.from_numpy(np.stack([e.actions for e in episodes]))
        rewards = torch.from_numpy(np.stack([e.rewards for e in episodes]))
        B, T = rewards.shape

        qs = self.unroll(self.mac, obs)
        chosen = qs[:, :-1].gather(-1, actions.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            target_qs = self.unroll(self.target_mac, obs)
            best = qs.argmax(dim=-1, keepdim=True)
            target_max = target_qs.gather(-1, best).squeeze(-1)[:, 1:]
            target_total = self.target_mixer(target_max.flatten(0, 1), states[:, 1:].flatten(0, 1)).view(B, T)
            not_last = torch.ones(T)
            not_last[-1] = 0.0
            y = rewards + self.args.gamma * not_last * target_total
        total = self.mixer(chosen.flatten(0, 1), states[:, :-1].flatten(0, 1)).view(B, T)
        loss = F.mse_loss(total, y)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.params, 10.0)
        self.optimizer.step()
        return loss.item()

    def update_targets(self):
        self.target_mac.load_from(self.mac)
        self.target_mixer.load_state_dict(self.mixer.state_dict())


def play(env, mac, epsilon):
    obs, state = env.reset()
    mac.init_hidden(1)
    all_obs, all_states, actions, rewards, done = [obs], [state], [], [], False
    while not done:
        chosen = mac.select_actions(obs, epsilon)
        obs, state, reward, done = env.step(chosen)
        all_obs.append(obs)
        all_states.append(state)
        actions.append(chosen)
        rewards.append(reward)
    return Episode(np.stack(all_obs), np.stack(all_states), np.array(actions), np.array(rewards, dtype=np.float32))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--target-every", type=int, default=200)
    args = parser.parse_args()

    env = Cluster()
    mac = MultiAgentController(env.n_agents, env.obs_dim, env.n_servers)
    target_mac = MultiAgentController(env.n_agents, env.obs_dim, env.n_servers)
    mixer, target_mixer = Mixer(env.n_agents, env.state_dim), Mixer(env.n_agents, env.state_dim)
    learner = QLearner(mac, target_mac, mixer, target_mixer, args)
    buffer = deque(maxlen=5000)
    for i in range(1, args.episodes + 1):
        buffer.append(play(env, mac, epsilon=max(0.05, 1.0 - i / 5000)))
        if len(buffer) >= args.batch:
            loss = learner.train(random.sample(buffer, args.batch))
            if i % 100 == 0:
                recent = np.mean([e.rewards.sum() for e in list(buffer)[-100:]])
                print(f"episode {i} loss {loss:.3f} return {recent:.2f}")
        if i % args.target_every == 0:
            learner.update_targets()
    torch.save(mac.agent.state_dict(), "balancer.pt")


if __name__ == "__main__":
    main()
