import torch
import torch.nn as nn


class GripNet(nn.Module):
    """8 EMG channels + slip sensor -> finger torques, two stacked GRU cells."""

    def __init__(self, n_in: int = 9, n_hid: int = 48, n_fingers: int = 5):
        super().__init__()
        self.n_hid = n_hid
        self.gru1 = nn.GRUCell(n_in, n_hid)
        self.gru2 = nn.GRUCell(n_hid, n_hid)
        self.torque = nn.Linear(n_hid, n_fingers)

    def initial(self) -> list:
        return [torch.zeros(1, self.n_hid), torch.zeros(1, self.n_hid)]

    def forward(self, emg: torch.Tensor, state: list):
        a = self.gru1(emg, state[0])
        b = self.gru2(a, state[1])
        return torch.sigmoid(self.torque(b)), [a, b]
