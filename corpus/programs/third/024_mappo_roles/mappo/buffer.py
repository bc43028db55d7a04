import torch


class RoleBuffer:
    def __init__(self, T, N, obs_dim, state_dim, hidden):
        self.T = T
        self.obs = torch.zeros(T + 1, N, obs_dim)
        self.share_obs = torch.zeros(T + 1, N, state_dim)
        self.rnn_states = torch.zeros(T + 1, N, hidden)
        self.masks = torch.ones(T + 1, N, 1)
        self.actions = torch.zeros(T, N, dtype=torch.long)
        self.logp = torch.zeros(T, N)
        self.rewards = torch.zeros(T, N)
        self.step = 0

    def insert(self, obs, share_obs, rnn_states, actions, logp, rewards, masks):
        t = self.step
        self.obs[t + 1] = obs
        self.share_obs[t + 1] = share_obs
        self.rnn_states[t + 1] = rnn_states
        self.masks[t + 1] = masks
        self.actions[t] = actions
        self.logp[t] = logp
        self.rewards[t] = rewards
        self.step = (t + 1) % self.T

    def after_update(self):
        for x in (self.obs, self.share_obs, self.rnn_states, self.masks):
            x[0].copy_(x[-1])
