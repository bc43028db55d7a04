import torch
import torch.nn as nn


class RNNLayer(nn.Module):
    def __init__(self, inputs_dim, outputs_dim, recurrent_N):
        super(RNNLayer, self).__init__()
        self._recurrent_N = recurrent_N
        self.rnn = nn.GRU(inputs_dim, outputs_dim, num_layers=recurrent_N)
        self.norm = nn.LayerNorm(outputs_dim)

    def forward(self, x, hxs, masks):
        # x: (N, d)  hxs: (N, recurrent_N, d)  masks: (N, 1)
        hxs = (hxs * masks.unsqueeze(-1)).transpose(0, 1).contiguous()
        x, hxs = self.rnn(x.unsqueeze(0), hxs)
        return self.norm(x.squeeze(0)), hxs.transpose(0, 1)


class R_Actor(nn.Module):
    def __init__(self, args, obs_dim, n_actions):
        super(R_Actor, self).__init__()
        self.base = nn.Sequential(nn.Linear(obs_dim, args.hidden_size), nn.ReLU())
        self.rnn = RNNLayer(args.hidden_size, args.hidden_size, args.recurrent_N)
        self.act = nn.Linear(args.hidden_size, n_actions)

    def forward(self, obs, rnn_states, masks):
        x, rnn_states = self.rnn(self.base(obs), rnn_states, masks)
        return torch.distributions.Categorical(logits=self.act(x)), rnn_states


class R_Critic(nn.Module):
    def __init__(self, args, cent_obs_dim):
        super(R_Critic, self).__init__()
        self.base = nn.Sequential(nn.Linear(cent_obs_dim, args.hidden_size), nn.ReLU())
        self.rnn = RNNLayer(args.hidden_size, args.hidden_size, args.recurrent_N)
        self.v_out = nn.Linear(args.hidden_size, 1)

    def forward(self, cent_obs, rnn_states, masks):
        x, rnn_states = self.rnn(self.base(cent_obs), rnn_states, masks)
        return self.v_out(x), rnn_states
