import logging
import os
from pathlib import Path

import torch

log = logging.getLogger(__name__)


class Branches:
    """Learn along several branches with one runner: save, jump to another branch, go on."""

    def __init__(self, runner, folder, names):
        self.runner = runner
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.names = list(names)
        self.current = self.names[0]
        self.scores = {n: float("-inf") for n in self.names}

    def path(self, name):
        return self.folder / f"{name}.pt"

    def store(self):
        self.runner.save(str(self.path(self.current)), infos={"score": self.scores[self.current]})

    def jump(self, name):
        if name == self.current:
            return
        self.store()
        if self.path(name).exists():
            self.runner.load(str(self.path(name)))
            self.runner.alg.policy.reset()
        self.current = name
        log.info("on branch %s", name)

    def fork(self, src, dst):
        data = torch.load(self.path(src), map_location="cpu", weights_only=False)
        tmp = self.path(dst).with_suffix(".tmp")
        torch.save(data, tmp)
        os.replace(tmp, self.path(dst))
        self.scores[dst] = self.scores[src]
