"""What a recurrent model remembers, and how to make it forget."""
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates


def blank_states(model: RecurrentPPO) -> RNNStates:
    old = model._last_lstm_states
    return RNNStates(
        pi=tuple(th.zeros_like(t) for t in old.pi),
        vf=tuple(th.zeros_like(t) for t in old.vf),
    )
