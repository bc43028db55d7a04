from tensordict.nn import TensorDictModule as Mod, TensorDictSequential as Seq
from tensordict.nn.distributions import NormalParamExtractor
from torch import nn
from torchrl.envs import Compose, GymEnv, InitTracker, RewardSum, StepCounter, TransformedEnv
from torchrl.envs import DoubleToFloat
from torchrl.modules import LSTMModule, MLP, ProbabilisticActor, TanhNormal, ValueOperator


class DropVelocity(nn.Module):
    """Only the joint positions reach the policy."""

    def __init__(self, keep):
        super().__init__()
        self.keep = keep

    def forward(self, x):
        return x[..., : self.keep]


def make_policy(act_dim, width, keep=8):
    embed = Mod(nn.Sequential(DropVelocity(keep), nn.Linear(keep, width), nn.ELU()), in_keys=["observation"], out_keys=["emb"])
    lstm = LSTMModule(input_size=width, hidden_size=width, in_key="emb", out_key="emb")
    head = Mod(
        nn.Sequential(MLP(in_features=width, out_features=2 * act_dim, num_cells=[width]), NormalParamExtractor()),
        in_keys=["emb"],
        out_keys=["loc", "scale"],
    )
    actor = ProbabilisticActor(
        Seq(embed, lstm, head),
        in_keys=["loc", "scale"],
        distribution_class=TanhNormal,
        return_log_prob=True,
    )
    return actor, lstm


def make_env(name, lstm, seed):
    env = TransformedEnv(
        GymEnv(name),
        Compose(InitTracker(), StepCounter(1000), DoubleToFloat(), RewardSum(), lstm.make_tensordict_primer()),
    )
    env.set_seed(seed)
    return env


def make_critic(obs_dim, width):
    return ValueOperator(MLP(in_features=obs_dim, out_features=1, num_cells=[width, width]), in_keys=["observation"])
