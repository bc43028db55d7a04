import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvLSTMPolicy(nn.Module):
    def __init__(self, channels, n_actions):
        super(ConvLSTMPolicy, self).__init__()
        self.conv1 = nn.Conv2d(channels, 32, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.conv3 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.rnn = nn.LSTMCell(32 * 6 * 6, 256)
        self.value = nn.Linear(256, 1)
        self.policy = nn.Linear(256, n_actions)

    def forward(self, inputs):
        frame, (h, c) = inputs
        z = F.elu(self.conv1(frame))
        z = F.elu(self.conv2(z))
        z = F.elu(self.conv3(z))
        h, c = self.rnn(z.flatten(1), (h, c))
        return self.value(h), self.policy(h), (h, c)
