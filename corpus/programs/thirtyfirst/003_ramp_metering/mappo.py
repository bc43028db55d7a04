import numpy as np
import torch
import torch.nn as nn

from networks import R_Actor, R_Critic


def t(x):
    return torch.from_numpy(np.ascontiguousarray(x)).float()


class RampPolicy:
    def __init__(self, args, obs_dim, cent_obs_dim, n_actions):
        self.actor = R_Actor(args, obs_dim, n_actions)
        self.critic = R_Critic(args, cent_obs_dim)
        self.optimizer = torch.optim.Adam([*self.actor.parameters(), *self.critic.parameters()], lr=args.lr, eps=1e-5)

    def get_actions(self, cent_obs, obs, rnn_states, rnn_states_critic, masks):
        dist, rnn_states = self.actor(t(obs), t(rnn_states), t(masks))
        actions = dist.sample()
        logp = dist.log_prob(actions).unsqueeze(-1)
        values, rnn_states_critic = self.critic(t(cent_obs), t(rnn_states_critic), t(masks))
        return values, actions.unsqueeze(-1), logp, rnn_states, rnn_states_critic

    def evaluate_actions(self, cent_obs, obs, rnn_states, rnn_states_critic, actions, masks):
        dist, _ = self.actor(t(obs), t(rnn_states), t(masks))
        values, _ = self.critic(t(cent_obs), t(rnn_states_critic), t(masks))
        return values, dist.log_prob(t(actions).squeeze(-1)).unsqueeze(-1), dist.entropy().mean()

    def save(self, path):
        torch.save([self.actor.state_dict(), self.critic.state_dict()], path)

    def restore(self, path):
        for net, weights in zip((self.actor, self.critic), torch.load(path)):
            net.load_state_dict(weights)


class SharedBuffer:
    def __init__(self, args, num_agents, obs_dim, cent_obs_dim):
        T, E, self.gamma, self.lam = args.episode_length, args.n_rollout_threads, args.gamma, args.gae_lambda
        self.episode_length, self.step = T, 0
        head = (E, num_agents)
        self.share_obs = np.zeros((T + 1, *head, cent_obs_dim), dtype=np.float32)
        self.obs = np.zeros((T + 1, *head, obs_dim), dtype=np.float32)
        self.rnn_states = np.zeros((T + 1, *head, args.recurrent_N, args.hidden_size), dtype=np.float32)
        self.rnn_states_critic = np.zeros_like(self.rnn_states)
        self.value_preds = np.zeros((T + 1, *head, 1), dtype=np.float32)
        self.returns = np.zeros_like(self.value_preds)
        self.actions = np.zeros((T, *head, 1), dtype=np.float32)
        self.action_log_probs = np.zeros_like(self.actions)
        self.rewards = np.zeros_like(self.actions)
        self.masks = np.ones((T + 1, *head, 1), dtype=np.float32)

    def insert(self, share_obs, obs, rnn_states, rnn_states_critic, actions, logp, values, rewards, masks):
        s = self.step
        self.share_obs[s + 1], self.obs[s + 1] = share_obs, obs
        self.rnn_states[s + 1], self.rnn_states_critic[s + 1] = rnn_states, rnn_states_critic
        self.actions[s], self.action_log_probs[s], self.value_preds[s] = actions, logp, values
        self.rewards[s], self.masks[s + 1] = rewards, masks
        self.step = (s + 1) % self.episode_length

    def after_update(self):
        for a in (self.share_obs, self.obs, self.rnn_states, self.rnn_states_critic, self.masks):
            a[0] = a[-1].copy()

    def compute_returns(self, next_value):
        self.value_preds[-1] = next_value
        gae = 0
        for s in reversed(range(self.episode_length)):
            delta = self.rewards[s] + self.gamma * self.value_preds[s + 1] * self.masks[s + 1] - self.value_preds[s]
            gae = delta + self.gamma * self.lam * self.masks[s + 1] * gae
            self.returns[s] = gae + self.value_preds[s]

    def flat(self):
        def f(a):
            return a.reshape(-1, *a.shape[3:])
        adv = self.returns[:-1] - self.value_preds[:-1]
        adv = (adv - adv.mean()) / (adv.std() + 1e-5)
        return [f(a) for a in (self.share_obs[:-1], self.obs[:-1], self.rnn_states[:-1], self.rnn_states_critic[:-1],
                               self.actions, self.masks[:-1], self.action_log_probs, self.returns[:-1], adv)]


class R_MAPPO:
    def __init__(self, args, policy):
        self.args, self.policy = args, policy

    def train(self, buffer):
        cols = buffer.flat()
        n = len(cols[0])
        for _ in range(self.args.ppo_epoch):
            for idx in np.array_split(np.random.permutation(n), self.args.num_mini_batch):
                co, o, h, hc, a, m, old, ret, adv = [c[idx] for c in cols]
                values, logp, ent = self.policy.evaluate_actions(co, o, h, hc, a, m)
                ratio = torch.exp(logp - t(old))
                surr = torch.min(ratio * t(adv), torch.clamp(ratio, 0.8, 1.2) * t(adv))
                loss = -surr.mean() - 0.01 * ent + nn.functional.huber_loss(values, t(ret))
                self.policy.optimizer.zero_grad()
                loss.backward()
                self.policy.optimizer.step()
