import numpy as np
import torch
from ray.rllib.models.torch.recurrent_net import RecurrentNetwork as TorchRNN
from ray.rllib.utils.annotations import override
from torch import nn


class BidLSTM(TorchRNN, nn.Module):
    def __init__(self, obs_space, action_space, num_outputs, model_config, name, fc_size=64, lstm_size=128):
        nn.Module.__init__(self)
        super().__init__(obs_space, action_space, num_outputs, model_config, name)
        self.lstm_size = lstm_size
        self.fc = nn.Linear(int(np.prod(obs_space.shape)), fc_size)
        self.lstm = nn.LSTM(fc_size, lstm_size, batch_first=True)
        self.logits = nn.Linear(lstm_size, num_outputs)
        self.value = nn.Linear(lstm_size, 1)
        self._feats = None

    @override(TorchRNN)
    def get_initial_state(self):
        w = self.fc.weight
        return [w.new_zeros(self.lstm_size), w.new_zeros(self.lstm_size)]

    @override(TorchRNN)
    def value_function(self):
        return torch.reshape(self.value(self._feats), [-1])

    @override(TorchRNN)
    def forward_rnn(self, inputs, state, seq_lens):
        x = torch.relu(self.fc(inputs))
        self._feats, (h, c) = self.lstm(x, (state[0].unsqueeze(0), state[1].unsqueeze(0)))
        return self.logits(self._feats), [h.squeeze(0), c.squeeze(0)]
