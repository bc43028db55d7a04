import torch
import torch.nn as nn
from safetensors.torch import load_file


class CarCaller(nn.Module):
    def __init__(self, floors, cars, hid=64):
        super().__init__()
        self.floors, self.cars, self.hid = floors, cars, hid
        self.inp = nn.Linear(2 * floors + 2 * cars, hid)
        self.rnn = nn.LSTM(hid, hid, batch_first=True)
        self.out = nn.Linear(hid, cars)

    def blank(self):
        return torch.zeros(1, 1, self.hid), torch.zeros(1, 1, self.hid)

    def forward(self, x, hc):
        z = torch.tanh(self.inp(x)).view(1, 1, -1)
        y, hc = self.rnn(z, hc)
        return self.out(y[0, 0]), hc


class Published:
    """The network in service and a serial number that grows with every publication."""

    def __init__(self, net, path):
        self.net = net
        self.serial = 0
        self.publish(path)

    def publish(self, path):
        self.net.load_state_dict(load_file(path))
        self.net.eval()
        self.serial += 1
        return self.serial
