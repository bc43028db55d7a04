import logging
from pathlib import Path

import torch

log = logging.getLogger(__name__)


def save(path, model, opt, update):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "update": update}, path)


def resume(path, model, opt):
    path = Path(path)
    if not path.exists():
        return 0
    blob = torch.load(path, map_location="cpu")
    model.load_state_dict(blob["model"])
    opt.load_state_dict(blob["opt"])
    log.info("resumed at update %d", blob["update"])
    return blob["update"]
