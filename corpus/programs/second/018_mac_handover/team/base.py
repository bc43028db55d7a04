import abc
import logging
from pathlib import Path

import torch

logger = logging.getLogger(__name__)


def to_cpu(storage, loc):
    return storage


class Controller(abc.ABC):
    """What all controllers share: files. Subclasses name their networks in `networks`."""

    suffix = ".th"

    @property
    @abc.abstractmethod
    def networks(self):
        """name -> module"""

    def parameters(self):
        for module in self.networks.values():
            yield from module.parameters()

    def save_models(self, path):
        Path(path).mkdir(parents=True, exist_ok=True)
        for name, module in self.networks.items():
            torch.save(module.state_dict(), Path(path) / (name + self.suffix))

    def load_models(self, path):
        for name, module in self.networks.items():
            file = Path(path) / (name + self.suffix)
            module.load_state_dict(torch.load(file, map_location=to_cpu))
            logger.debug("%s from %s", name, file)
