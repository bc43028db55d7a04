import os

import torch


class Checkpointed:
    """mixin: versioned weights of self.net"""

    net = None
    version = None

    def checkpoint(self, folder, tag):
        os.makedirs(folder, exist_ok=True)
        torch.save(self.net.state_dict(), os.path.join(folder, f"{tag}.pt"))

    def restore(self, folder, tag):
        self.net.load_state_dict(torch.load(os.path.join(folder, f"{tag}.pt"), map_location="cpu"))
        self.version = tag
