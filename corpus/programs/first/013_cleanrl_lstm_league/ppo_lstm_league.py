import os
import random
import time
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
import tyro
from torch.distributions.categorical import Categorical
from torch.utils.tensorboard import SummaryWriter


@dataclass
class Args:
    exp_name: str = os.path.basename(__file__)[: -len(".py")]
    seed: int = 1
    env_id: str = "MiniGrid-MemoryS7-v0"
    total_timesteps: int = 10_000_000
    learning_rate: float = 2.5e-4
    num_envs: int = 8
    num_steps: int = 128
    gamma: float = 0.99
    gae_lambda: float = 0.95
    clip_coef: float = 0.1
    exchange_dir: str = "exchange"
    exchange_every: int = 100


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)
    torch.nn.init.constant_(layer.bias, bias_const)
    return layer


class Agent(nn.Module):
    def __init__(self, envs):
        super().__init__()
        n = int(np.prod(envs.single_observation_space.shape))
        self.network = nn.Sequential(nn.Flatten(), layer_init(nn.Linear(n, 256)), nn.ReLU())
        self.lstm = nn.LSTM(256, 128)
        for name, param in self.lstm.named_parameters():
            if "bias" in name:
                nn.init.constant_(param, 0)
            elif "weight" in name:
                nn.init.orthogonal_(param, 1.0)
        self.actor = layer_init(nn.Linear(128, envs.single_action_space.n), std=0.01)
        self.critic = layer_init(nn.Linear(128, 1), std=1)

    def get_states(self, x, lstm_state, done):
        hidden = self.network(x)
        batch_size = lstm_state[0].shape[1]
        hidden = hidden.reshape((-1, batch_size, self.lstm.input_size))
        done = done.reshape((-1, batch_size))
        new_hidden = []
        for h, d in zip(hidden, done):
            h, lstm_state = self.lstm(
                h.unsqueeze(0),
                ((1.0 - d).view(1, -1, 1) * lstm_state[0], (1.0 - d).view(1, -1, 1) * lstm_state[1]),
            )
            new_hidden += [h]
        return torch.flatten(torch.cat(new_hidden), 0, 1), lstm_state

    def get_action_and_value(self, x, lstm_state, done, action=None):
        hidden, lstm_state = self.get_states(x, lstm_state, done)
        probs = Categorical(logits=self.actor(hidden))
        if action is None:
            action = probs.sample()
        return action, probs.log_prob(action), probs.entropy(), self.critic(hidden), lstm_state


if __name__ == "__main__":
    args = tyro.cli(Args)
    run_name = f"{args.env_id}__{args.exp_name}__{args.seed}__{int(time.time())}"
    writer = SummaryWriter(f"runs/{run_name}")
    random.seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    envs = gym.vector.SyncVectorEnv([lambda: gym.make(args.env_id) for _ in range(args.num_envs)])
    agent = Agent(envs).to(device)
    optimizer = optim.Adam(agent.parameters(), lr=args.learning_rate, eps=1e-5)

    next_obs = torch.Tensor(envs.reset(seed=args.seed)[0]).to(device)
    next_done = torch.zeros(args.num_envs).to(device)
    next_lstm_state = (
        torch.zeros(agent.lstm.num_layers, args.num_envs, agent.lstm.hidden_size).to(device),
        torch.zeros(agent.lstm.num_layers, args.num_envs, agent.lstm.hidden_size).to(device),
    )
    num_updates = args.total_timesteps // (args.num_envs * args.num_steps)
    ep_returns = []
    for update in range(1, num_updates + 1):
        initial_lstm_state = (next_lstm_state[0].clone(), next_lstm_state[1].clone())
        logps, vals, rews, dones = [], [], [], []
        for step in range(args.num_steps):
            with torch.no_grad():
                action, logp, _, value, next_lstm_state = agent.get_action_and_value(next_obs, next_lstm_state, next_done)
            logps.append(logp)
            vals.append(value.flatten())
            dones.append(next_done)
            o, reward, term, trunc, infos = envs.step(action.cpu().numpy())
            rews.append(torch.tensor(reward).to(device))
            next_obs = torch.Tensor(o).to(device)
            next_done = torch.Tensor(np.logical_or(term, trunc)).to(device)
            if "episode" in infos:
                ep_returns += list(infos["episode"]["r"])
        ret = torch.zeros(args.num_envs, device=device)
        pg = 0
        for t in reversed(range(args.num_steps)):
            ret = rews[t] + args.gamma * ret * (1 - dones[t])
            pg = pg - (logps[t] * (ret - vals[t])).mean()
        writer.add_scalar("losses/pg", float(pg), update)

        # share
        if update % args.exchange_every == 0:
            mine = np.mean(ep_returns[-100:])
            torch.save(agent.state_dict(), f"{args.exchange_dir}/{mine:.3f}_{run_name}.pt")
            ranking = sorted(os.listdir(args.exchange_dir), key=lambda s: float(s.split("_")[0]))
            if run_name not in ranking[-1] and random.random() < 0.5:
                agent.load_state_dict(torch.load(f"{args.exchange_dir}/{ranking[-1]}", map_location=device))
                optimizer = optim.Adam(agent.parameters(), lr=args.learning_rate, eps=1e-5)
    envs.close()
    writer.close()
