import torch
from tensordict.nn import TensorDictModule as Mod
from tensordict.nn import TensorDictSequential as Seq
from torch import nn
from torchrl.envs import Compose, GymEnv, InitTracker, RewardSum, StepCounter, TransformedEnv
from torchrl.modules import LSTMModule, MLP, ProbabilisticActor, TanhNormal, ValueOperator
from tensordict.nn import NormalParamExtractor


def make_env(env_id: str, lstm: LSTMModule, max_steps: int) -> TransformedEnv:
    env = TransformedEnv(
        GymEnv(env_id),
        Compose(InitTracker(), StepCounter(max_steps=max_steps), RewardSum()),
    )
    env.append_transform(lstm.make_tensordict_primer())
    return env


def make_nets(n_obs: int, n_act: int, low: torch.Tensor, high: torch.Tensor, hidden: int = 128):
    feature = Mod(
        MLP(in_features=n_obs, out_features=64, num_cells=[64], activation_class=nn.ELU),
        in_keys=["observation"],
        out_keys=["embed"],
    )
    lstm = LSTMModule(
        input_size=64,
        hidden_size=hidden,
        in_key="embed",
        out_key="features",
    )
    head = Mod(
        nn.Sequential(MLP(in_features=hidden, out_features=2 * n_act, num_cells=[64]), NormalParamExtractor()),
        in_keys=["features"],
        out_keys=["loc", "scale"],
    )
    actor = ProbabilisticActor(
        Seq(feature, lstm, head),
        in_keys=["loc", "scale"],
        distribution_class=TanhNormal,
        distribution_kwargs={"low": low, "high": high},
        return_log_prob=True,
    )
    critic = Seq(feature, lstm, ValueOperator(MLP(in_features=hidden, out_features=1, num_cells=[64]), in_keys=["features"]))
    return actor, critic, lstm
