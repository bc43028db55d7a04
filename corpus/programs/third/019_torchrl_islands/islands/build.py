import torch
from tensordict.nn import TensorDictModule as TDM
from tensordict.nn import TensorDictSequential as TDS
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.envs import Compose, GymEnv, InitTracker, RewardSum, StepCounter, TransformedEnv
from torchrl.modules import LSTMModule, MLP, ProbabilisticActor, ValueOperator
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE


def make_policy(obs_dim, n_act, hidden):
    embed = TDM(nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh()), in_keys=["observation"], out_keys=["embed"])
    lstm = LSTMModule(input_size=hidden, hidden_size=hidden, in_key="embed", out_key="embed")
    head = TDM(nn.Linear(hidden, n_act), in_keys=["embed"], out_keys=["logits"])
    actor = ProbabilisticActor(
        TDS(embed, lstm, head),
        in_keys=["logits"],
        distribution_class=torch.distributions.OneHotCategorical,
        return_log_prob=True,
    )
    return actor, lstm


class Island:
    def __init__(self, index, env_name, frames_per_batch, hidden=64, lr=3e-4):
        self.index = index
        base = GymEnv(env_name)
        self.policy, lstm = make_policy(base.observation_spec["observation"].shape[-1], base.action_spec.shape[-1], hidden)
        self.env = TransformedEnv(
            base, Compose(InitTracker(), StepCounter(500), RewardSum(), lstm.make_tensordict_primer())
        )
        self.critic = ValueOperator(MLP(out_features=1, num_cells=[64, 64]), in_keys=["observation"])
        self.critic(self.env.reset())
        self.collector = SyncDataCollector(
            self.env, self.policy, frames_per_batch=frames_per_batch, total_frames=-1
        )
        self.batches = iter(self.collector)
        self.gae = GAE(gamma=0.99, lmbda=0.95, value_network=self.critic)
        self.loss = ClipPPOLoss(self.policy, self.critic, entropy_coeff=0.01)
        self.optim = torch.optim.Adam(self.loss.parameters(), lr=lr)
        self.score = 0.0

    def receive(self, path):
        blob = torch.load(path)
        self.policy.load_state_dict(blob["policy"])
        self.critic.load_state_dict(blob["critic"])
        self.collector.update_policy_weights_()
        self.optim.state.clear()

    def send(self, path):
        torch.save({"policy": self.policy.state_dict(), "critic": self.critic.state_dict()}, path)
