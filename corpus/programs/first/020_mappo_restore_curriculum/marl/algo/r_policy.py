import torch
import torch.nn as nn


class R_Actor(nn.Module):
    def __init__(self, args, obs_dim, act_dim):
        super().__init__()
        self.hidden_size = args.hidden_size
        self.base = nn.Sequential(nn.Linear(obs_dim, self.hidden_size), nn.ReLU(), nn.LayerNorm(self.hidden_size))
        self.rnn = nn.GRU(self.hidden_size, self.hidden_size, num_layers=args.recurrent_N)
        self.act = nn.Linear(self.hidden_size, act_dim)

    def forward(self, obs, rnn_states, masks):
        x = self.base(obs)
        x, rnn_states = self.rnn(x.unsqueeze(0), (rnn_states * masks.repeat(1, rnn_states.size(1)).unsqueeze(-1)).transpose(0, 1).contiguous())
        dist = torch.distributions.Categorical(logits=self.act(x.squeeze(0)))
        a = dist.sample()
        return a.unsqueeze(-1), dist.log_prob(a).unsqueeze(-1), rnn_states.transpose(0, 1)


class R_Critic(R_Actor):
    def __init__(self, args, cent_dim):
        super().__init__(args, cent_dim, 1)

    def forward(self, obs, rnn_states, masks):
        x = self.base(obs)
        x, rnn_states = self.rnn(x.unsqueeze(0), (rnn_states * masks.repeat(1, rnn_states.size(1)).unsqueeze(-1)).transpose(0, 1).contiguous())
        return self.act(x.squeeze(0)), rnn_states.transpose(0, 1)


class R_MAPPOPolicy:
    def __init__(self, args, obs_dim, cent_dim, act_dim, device="cpu"):
        self.actor = R_Actor(args, obs_dim, act_dim).to(device)
        self.critic = R_Critic(args, cent_dim).to(device)
        self.actor_optimizer = torch.optim.Adam(self.actor.parameters(), lr=args.lr)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), lr=args.lr)

    def get_actions(self, cent_obs, obs, rs_a, rs_c, masks):
        actions, logp, rs_a = self.actor(obs, rs_a, masks)
        values, rs_c = self.critic(cent_obs, rs_c, masks)
        return values, actions, logp, rs_a, rs_c
