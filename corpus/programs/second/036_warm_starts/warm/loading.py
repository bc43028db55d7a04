import logging

import torch

log = logging.getLogger(__name__)


def partial_load(module, weights, prefix="", skip=()):
    """Copies what fits and says what does not."""
    own = module.state_dict()
    taken = {}
    for key, value in weights.items():
        if prefix and not key.startswith(prefix):
            continue
        name = key[len(prefix) :]
        if any(name.startswith(s) for s in skip):
            continue
        if name not in own or own[name].shape != value.shape:
            log.info("skip %s", name)
            continue
        taken[name] = value
    own.update(taken)
    module.load_state_dict(own)
    return len(taken), len(own)


def average(paths, device="cpu"):
    """Mean of several checkpoints of the same shape."""
    total = None
    for path in paths:
        weights = torch.load(path, map_location=device)["model"]
        if total is None:
            total = {k: v.clone().float() for k, v in weights.items()}
        else:
            for k, v in weights.items():
                total[k] += v
    return {k: v / len(paths) for k, v in total.items()}
