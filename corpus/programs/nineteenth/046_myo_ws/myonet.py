import numpy as np
import torch
import torch.nn as nn

JOINTS = 6


class MyoNet(nn.Module):
    """EMG (16 electrodes) to joint velocities of the hand."""

    def __init__(self, electrodes=16, hidden=128):
        super().__init__()
        self.conv = nn.Conv1d(electrodes, 32, kernel_size=5, stride=2)
        self.lstm = nn.LSTMCell(32, hidden)
        self.out = nn.Linear(hidden, JOINTS)

    def forward(self, emg, state):
        x = torch.relu(self.conv(emg)).mean(-1)
        h, c = self.lstm(x, state)
        return torch.tanh(self.out(h)), (h, c)


class HandController:
    def __init__(self, path):
        self.net = MyoNet()
        self.scale = np.ones(16, np.float32)
        self.state = None
        self.angles = np.zeros(JOINTS, np.float32)
        self.load(path)

    def load(self, path):
        blob = torch.load(path, map_location="cpu", weights_only=False)
        self.net.load_state_dict(blob["net"])
        self.net.eval()
        self.scale = np.asarray(blob["scale"], np.float32)

    def clear(self):
        self.state = None
        self.angles[:] = 0

    def tick(self, samples, dt):
        emg = np.asarray(samples, np.float32) / self.scale
        with torch.no_grad():
            vel, self.state = self.net(torch.from_numpy(emg.T)[None], self.state)
        self.angles = np.clip(self.angles + dt * vel[0].numpy() * 180, 0, 90)
        return self.angles.tolist()
