from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.modules import GRUModule, MLP, ProbabilisticActor, ValueOperator
from torchrl.modules.distributions import TanhNormal
from tensordict.nn import NormalParamExtractor


def build_backbone(obs_dim: int, width: int, who: str) -> tuple[TensorDictModule, GRUModule]:
    embed = TensorDictModule(MLP(in_features=obs_dim, out_features=width, num_cells=[width]), in_keys=["observation"], out_keys=[f"{who}_embed"])
    gru = GRUModule(
        input_size=width,
        hidden_size=width,
        in_keys=[f"{who}_embed", f"{who}_state", "is_init"],
        out_keys=[f"{who}_features", ("next", f"{who}_state")],
    )
    return embed, gru


def build_actor_critic(obs_dim: int, act_spec, width: int = 128):
    embed, gru = build_backbone(obs_dim, width, "actor")
    head = TensorDictModule(
        nn.Sequential(nn.Linear(width, 2 * act_spec.shape[-1]), NormalParamExtractor()),
        in_keys=["actor_features"],
        out_keys=["loc", "scale"],
    )
    actor = ProbabilisticActor(
        TensorDictSequential(embed, gru, head),
        in_keys=["loc", "scale"],
        distribution_class=TanhNormal,
        distribution_kwargs={"low": act_spec.space.low, "high": act_spec.space.high},
        return_log_prob=True,
        spec=act_spec,
    )
    v_embed, v_gru = build_backbone(obs_dim, width, "critic")
    critic = TensorDictSequential(v_embed, v_gru, ValueOperator(nn.Linear(width, 1), in_keys=["critic_features"]))
    return actor, critic, gru
