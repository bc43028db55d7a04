from tensordict.nn import TensorDictModule as Mod
from tensordict.nn import TensorDictSequential as Seq
from torch import nn
from torchrl.envs import Compose, GymWrapper, InitTracker, StepCounter, TransformedEnv
from torchrl.modules import LSTMModule, ProbabilisticActor, ValueOperator
import torch

from knee_env import PowerKnee


def make_lstm(hidden):
    return LSTMModule(input_size=64, hidden_size=hidden, in_key="embed", out_key="features")


def make_env(hidden=128):
    primer = make_lstm(hidden).make_tensordict_primer()
    env = GymWrapper(PowerKnee(), categorical_action_encoding=True)
    return TransformedEnv(env, Compose(InitTracker(), StepCounter(), primer))


def make_models(hidden=128, n_act=7, obs=5):
    embed = Mod(nn.Sequential(nn.Linear(obs, 64), nn.Tanh()), in_keys=["observation"], out_keys=["embed"])
    lstm = make_lstm(hidden)
    body = Seq(embed, lstm)
    logits = Mod(nn.Linear(hidden, n_act), in_keys=["features"], out_keys=["logits"])
    actor = ProbabilisticActor(Seq(body, logits), in_keys=["logits"], out_keys=["action"],
                               distribution_class=torch.distributions.Categorical, return_log_prob=True)
    critic = Seq(body, ValueOperator(nn.Linear(hidden, 1), in_keys=["features"]))
    return actor, critic
