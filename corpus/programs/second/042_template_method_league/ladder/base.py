import abc
import copy
import logging
import time

import torch

log = logging.getLogger(__name__)


class Participant(abc.ABC):
    """Somebody on the ladder. Subclasses say what they are; this class says how they change."""

    def __init__(self, name, device="cpu"):
        self.name = name
        self.device = device
        self.changed_at = 0.0
        self.model = self._make_model().to(device)

    @abc.abstractmethod
    def _make_model(self): ...

    @abc.abstractmethod
    def decide(self, obs): ...

    def _weights_changed(self):
        """Called at the end of `install`."""

    def round_over(self, i):
        pass

    def weights(self):
        return copy.deepcopy(self.model.state_dict())

    def install(self, weights, who):
        self.model.load_state_dict(weights)
        self.changed_at = time.time()
        self._weights_changed()
        log.debug("%s is now %s", self.name, who)

    def install_file(self, path):
        self.install(torch.load(path, map_location=self.device), str(path))
