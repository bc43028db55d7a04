import logging

import torch

from .env import Aisles
from .net import AtariLikeNet


def act(index, free_queue, full_queue, shared_model, buffers, state_buffers, unroll):
    logging.info("actor %i started", index)
    torch.set_num_threads(1)
    env = Aisles(seed=index)
    model = AtariLikeNet(Aisles.shape, Aisles.n_actions)
    step = env.initial()
    core_state = model.initial_state()
    with torch.no_grad():
        out, _ = model(step, core_state)

    while True:
        slot = free_queue.get()
        if slot is None:
            break
        model.load_state_dict(shared_model.state_dict())
        _write(buffers, slot, 0, step, out)
        for k, s in enumerate(core_state):
            state_buffers[slot][k][...] = s
        for t in range(unroll):
            with torch.no_grad():
                out, core_state = model(step, core_state)
            step = env.step(out["action"])
            _write(buffers, slot, t + 1, step, out)
        full_queue.put(slot)


def _write(buffers, slot, t, step, out):
    for key, val in step.items():
        buffers[key][slot][t, ...] = val
    for key in ("logits", "action", "baseline"):
        buffers[key][slot][t, ...] = out[key]
