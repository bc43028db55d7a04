import torch
import torch.nn as nn


class MDNRNN(nn.Module):
    def __init__(self, z=16, a=2, hidden=128, k=5):
        super().__init__()
        self.z, self.k, self.hidden = z, k, hidden
        self.lstm = nn.LSTM(z + a, hidden, batch_first=True)
        self.head = nn.Linear(hidden, k * (2 * z + 1))

    def forward(self, z, a, state):
        y, state = self.lstm(torch.cat([z, a], -1).unsqueeze(1), state)
        return self.head(y[:, 0]), state


class BoatAgent:
    def __init__(self, vae, folder):
        self.vae = vae
        self.folder = folder
        self.memory = MDNRNN()
        self.controller = nn.Linear(16 + 128, 2)
        self.loaded = None
        self.reset()

    def reset(self):
        self.state = (torch.zeros(1, 1, 128), torch.zeros(1, 1, 128))

    def refresh(self):
        files = sorted(self.folder.glob("world_*.pt"))
        if not files or files[-1] == self.loaded:
            return
        ck = torch.load(files[-1], map_location="cpu")
        self.memory.load_state_dict(ck["mdnrnn"])
        self.controller.load_state_dict(ck["controller"])
        self.loaded = files[-1]

    @torch.no_grad()
    def act(self, frame):
        z = self.vae.encode(frame.unsqueeze(0))
        h = self.state[0][0]
        a = torch.tanh(self.controller(torch.cat([z, h], -1)))
        _, self.state = self.memory(z, a, self.state)
        return a[0].numpy()
