import argparse
import copy
import random

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions.categorical import Categorical

from paddles import VecPaddles

GAE_LAMBDA, CLIP, MINIBATCHES, EPOCHS = 0.95, 0.1, 4, 4


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--total-timesteps", type=int, default=5_000_000)
    p.add_argument("--learning-rate", type=float, default=2.5e-4)
    p.add_argument("--num-envs", type=int, default=16)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--snapshot-every", type=int, default=10)
    p.add_argument("--opponent-every", type=int, default=4)
    return p.parse_args()


def layer_init(layer, std=np.sqrt(2)):
    nn.init.orthogonal_(layer.weight, std)
    nn.init.constant_(layer.bias, 0.0)
    return layer


class Agent(nn.Module):
    def __init__(self, envs):
        super().__init__()
        self.network = nn.Sequential(layer_init(nn.Linear(envs.obs_dim, 128)), nn.ReLU())
        self.lstm = nn.LSTM(128, 128)
        self.actor = layer_init(nn.Linear(128, envs.n_actions), std=0.01)
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

    def get_value(self, x, lstm_state, done):
        hidden, _ = self.get_states(x, lstm_state, done)
        return self.critic(hidden)

    def get_action_and_value(self, x, lstm_state, done, action=None):
        hidden, lstm_state = self.get_states(x, lstm_state, done)
        probs = Categorical(logits=self.actor(hidden))
        if action is None:
            action = probs.sample()
        return action, probs.log_prob(action), probs.entropy(), self.critic(hidden), lstm_state


if __name__ == "__main__":
    args = parse_args()
    random.seed(args.seed), torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    envs = VecPaddles(args.num_envs, seed=args.seed)

    agent = Agent(envs).to(device)
    opponent = Agent(envs).to(device)
    optimizer = optim.Adam(agent.parameters(), lr=args.learning_rate, eps=1e-5)
    pool = [copy.deepcopy(agent.state_dict())]

    T, N = 128, args.num_envs
    obs = torch.zeros((T, N, envs.obs_dim), device=device)
    actions = torch.zeros((T, N), device=device)
    logprobs, rewards, dones, values = (torch.zeros((T, N), device=device) for _ in range(4))

    def zero_state():
        return torch.zeros(1, N, 128, device=device), torch.zeros(1, N, 128, device=device)

    left, right = envs.reset()
    next_obs, opp_obs = torch.tensor(left, device=device), torch.tensor(right, device=device)
    next_done = torch.zeros(N, device=device)
    next_lstm_state = zero_state()
    opp_lstm_state = zero_state()

    for update in range(1, args.total_timesteps // (T * N) + 1):
        initial_lstm_state = (next_lstm_state[0].clone(), next_lstm_state[1].clone())
        if update % args.opponent_every == 1:
            opponent.load_state_dict(random.choice(pool))

        for step in range(T):
            obs[step], dones[step] = next_obs, next_done
            with torch.no_grad():
                action, logprob, _, value, next_lstm_state = agent.get_action_and_value(next_obs, next_lstm_state, next_done)
                opp_action, _, _, _, opp_lstm_state = opponent.get_action_and_value(opp_obs, opp_lstm_state, next_done)
            values[step], actions[step], logprobs[step] = value.flatten(), action, logprob
            left, right, reward, done = envs.step(action.cpu().numpy(), opp_action.cpu().numpy())
            rewards[step] = torch.tensor(reward, device=device)
            next_obs, opp_obs = torch.tensor(left, device=device), torch.tensor(right, device=device)
            next_done = torch.tensor(done, dtype=torch.float32, device=device)

        with torch.no_grad():
            next_value = agent.get_value(next_obs, next_lstm_state, next_done).reshape(-1)
            advantages = torch.zeros_like(rewards)
            lastgaelam = 0
            for t in reversed(range(T)):
                nonterminal = 1.0 - (next_done if t == T - 1 else dones[t + 1])
                nextvalues = next_value if t == T - 1 else values[t + 1]
                delta = rewards[t] + args.gamma * nextvalues * nonterminal - values[t]
                advantages[t] = lastgaelam = delta + args.gamma * GAE_LAMBDA * nonterminal * lastgaelam
            returns = advantages + values

        envsperbatch = N // MINIBATCHES
        for epoch in range(EPOCHS):
            envinds = np.random.permutation(N)
            for s in range(0, N, envsperbatch):
                mb = envinds[s : s + envsperbatch]
                _, newlogprob, entropy, newvalue, _ = agent.get_action_and_value(
                    obs[:, mb].reshape(-1, envs.obs_dim),
                    (initial_lstm_state[0][:, mb], initial_lstm_state[1][:, mb]),
                    dones[:, mb].reshape(-1),
                    actions[:, mb].reshape(-1),
                )
                adv = advantages[:, mb].reshape(-1)
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                ratio = (newlogprob - logprobs[:, mb].reshape(-1)).exp()
                pg_loss = torch.max(-adv * ratio, -adv * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
                v_loss = 0.5 * (newvalue.view(-1) - returns[:, mb].reshape(-1)).pow(2).mean()
                loss = pg_loss - 0.01 * entropy.mean() + 0.5 * v_loss
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                optimizer.step()

        if update % args.snapshot_every == 0:
            pool.append(copy.deepcopy(agent.state_dict()))
            pool = pool[-20:]
        print(f"update {update} reward {rewards.sum(0).mean().item():.2f}")
