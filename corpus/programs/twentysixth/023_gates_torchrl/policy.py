import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictModule, TensorDictSequential
from torchrl.modules import MLP, GRUModule

HIDDEN = 128


def build_policy():
    gru = GRUModule(
        input_size=9,
        hidden_size=HIDDEN,
        in_keys=["observation", "recurrent_state"],
        out_keys=["embed", ("next", "recurrent_state")],
    )
    head = TensorDictModule(MLP(in_features=HIDDEN, out_features=3, num_cells=[64]), ["embed"], ["action"])
    return TensorDictSequential(gru, head)


def first(obs):
    return TensorDict(
        {
            "observation": obs,
            "recurrent_state": torch.zeros(1, 1, HIDDEN),
            "is_init": torch.ones(1, 1, dtype=torch.bool),
        },
        batch_size=[1],
    )


def following(td, obs):
    return TensorDict(
        {
            "observation": obs,
            "recurrent_state": td["next", "recurrent_state"],
            "is_init": torch.zeros(1, 1, dtype=torch.bool),
        },
        batch_size=[1],
    )
