import torch
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torch.distributions import Categorical
from torchrl.envs import Compose, GymEnv, InitTracker, ObservationNorm, StepCounter, TransformedEnv
from torchrl.modules import GRUModule, ProbabilisticActor


class PositionOnly(nn.Module):
    def forward(self, obs):
        return obs[..., 0::2]


def policy_and_env(seed: int, width: int = 64, limit: int = 300):
    gru = GRUModule(input_size=width, hidden_size=width, in_key="z", out_key="z")
    net = TensorDictSequential(
        TensorDictModule(nn.Sequential(PositionOnly(), nn.Linear(2, width), nn.Tanh()), in_keys=["observation"], out_keys=["z"]),
        gru,
        TensorDictModule(nn.Linear(width, 2), in_keys=["z"], out_keys=["logits"]),
    )
    policy = ProbabilisticActor(net, in_keys=["logits"], out_keys=["action"], distribution_class=Categorical)
    base = GymEnv("CartPole-v1", categorical_action_encoding=True)
    env = TransformedEnv(
        base,
        Compose(
            InitTracker(),
            StepCounter(limit),
            ObservationNorm(loc=0.0, scale=0.5, in_keys=["observation"]),
            gru.make_tensordict_primer(),
        ),
    )
    env.set_seed(seed)
    torch.manual_seed(seed)
    return policy, env
