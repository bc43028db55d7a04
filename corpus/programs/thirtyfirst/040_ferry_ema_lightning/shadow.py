import copy

import lightning as L
import torch


class ShadowWeights(L.Callback):
    """Keeps a decayed mean of `pl_module.<attr>` and validates with it."""

    def __init__(self, attr="helm", decay=0.995):
        self.attr, self.decay = attr, decay
        self.mean = None
        self.aside = None

    def _net(self, pl_module):
        return getattr(pl_module, self.attr)

    def on_fit_start(self, trainer, pl_module):
        if self.mean is None:
            self.mean = copy.deepcopy(self._net(pl_module).state_dict())

    @torch.no_grad()
    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        for k, v in self._net(pl_module).state_dict().items():
            self.mean[k].lerp_(v, 1.0 - self.decay)

    def on_validation_start(self, trainer, pl_module):
        net = self._net(pl_module)
        self.aside = copy.deepcopy(net.state_dict())
        net.load_state_dict(self.mean)

    def on_validation_end(self, trainer, pl_module):
        self._net(pl_module).load_state_dict(self.aside)
        self.aside = None
        torch.save(self.mean, "ferry_mean.pt")
