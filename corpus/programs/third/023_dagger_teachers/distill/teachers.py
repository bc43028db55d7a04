import os

import torch


class TeacherRoom:
    """Holds one teacher network and the list of checkpoints it plays."""

    def __init__(self, net, paths, device):
        self.net = net.to(device).eval()
        self.paths = list(paths)
        self.device = device
        self.current = 0
        self.net.load_state_dict(torch.load(self.paths[0], map_location=device))

    @torch.no_grad()
    def advise(self, obs):
        return self.net(obs)

    def finished(self, dones):
        self.net.reset(dones)

    def next_teacher(self, restart):
        self.current = (self.current + 1) % len(self.paths)
        path = self.paths[self.current]
        self.net.load_state_dict(torch.load(path, map_location=self.device))
        if restart:
            self.net.reset()
        return os.path.basename(path)
