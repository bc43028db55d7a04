import torch
import torch.nn as nn


class NNBase(nn.Module):
    def __init__(self, recurrent_input_size, hidden_size):
        super().__init__()
        self._hidden_size = hidden_size
        self.gru = nn.GRU(recurrent_input_size, hidden_size)
        for name, param in self.gru.named_parameters():
            if "bias" in name:
                nn.init.constant_(param, 0)
            elif "weight" in name:
                nn.init.orthogonal_(param)

    @property
    def recurrent_hidden_state_size(self):
        return self._hidden_size

    def _forward_gru(self, x, hxs, masks):
        x, hxs = self.gru(x.unsqueeze(0), (hxs * masks).unsqueeze(0))
        return x.squeeze(0), hxs.squeeze(0)


class Policy(NNBase):
    def __init__(self, n_obs, n_act, hidden=64):
        super().__init__(n_obs, hidden)
        self.critic_linear = nn.Linear(hidden, 1)
        self.dist = nn.Linear(hidden, n_act)

    def act(self, inputs, rnn_hxs, masks, deterministic=False):
        feats, rnn_hxs = self._forward_gru(inputs, rnn_hxs, masks)
        d = torch.distributions.Categorical(logits=self.dist(feats))
        a = d.probs.argmax(-1) if deterministic else d.sample()
        return self.critic_linear(feats), a, d.log_prob(a), rnn_hxs
