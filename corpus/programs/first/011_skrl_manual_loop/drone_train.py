import torch
import torch.nn as nn
from skrl.agents.torch.ppo import PPO_DEFAULT_CONFIG
from skrl.agents.torch.ppo import PPO_RNN
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.models.torch import DeterministicMixin, GaussianMixin, Model
from skrl.utils import set_seed

import gymnasium as gym
import glob, os, sys

set_seed(42)


class Policy(GaussianMixin, Model):
    def __init__(self, observation_space, action_space, device, num_envs=1, num_layers=1, hidden_size=64, sequence_length=32):
        Model.__init__(self, observation_space, action_space, device)
        GaussianMixin.__init__(self, True, True, -20, 2)
        self.num_envs, self.num_layers = num_envs, num_layers
        self.hidden_size, self.sequence_length = hidden_size, sequence_length
        self.gru = nn.GRU(self.num_observations, hidden_size, num_layers, batch_first=True)
        self.net = nn.Sequential(nn.Linear(hidden_size, 64), nn.ReLU(), nn.Linear(64, self.num_actions), nn.Tanh())
        self.log_std_parameter = nn.Parameter(torch.zeros(self.num_actions))

    def get_specification(self):
        return {"rnn": {"sequence_length": self.sequence_length, "sizes": [(self.num_layers, self.num_envs, self.hidden_size)]}}

    def compute(self, inputs, role):
        states, hidden = inputs["states"], inputs["rnn"][0]
        if self.training:
            rnn_in = states.view(-1, self.sequence_length, states.shape[-1])
            hidden = hidden.view(self.num_layers, -1, self.sequence_length, hidden.shape[-1])[:, :, 0, :].contiguous()
            out, hidden = self.gru(rnn_in, hidden)
        else:
            out, hidden = self.gru(states.view(-1, 1, states.shape[-1]), hidden)
        out = torch.flatten(out, 0, 1)
        return self.net(out), self.log_std_parameter, {"rnn": [hidden]}


class Value(DeterministicMixin, Model):
    def __init__(self, observation_space, action_space, device):
        Model.__init__(self, observation_space, action_space, device)
        DeterministicMixin.__init__(self, False)
        self.net = nn.Sequential(nn.Linear(self.num_observations, 64), nn.ReLU(), nn.Linear(64, 1))

    def compute(self, inputs, role):
        return self.net(inputs["states"]), {}


env = wrap_env(gym.make_vec("Pendulum-v1", num_envs=16))
device = env.device
memory = RandomMemory(memory_size=1024, num_envs=env.num_envs, device=device)
models = {"policy": Policy(env.observation_space, env.action_space, device, num_envs=env.num_envs),
          "value": Value(env.observation_space, env.action_space, device)}
cfg = PPO_DEFAULT_CONFIG.copy()
cfg["rollouts"] = 1024
cfg["experiment"]["directory"] = "runs/" + sys.argv[1]
agent = PPO_RNN(models=models, memory=memory, cfg=cfg, observation_space=env.observation_space, action_space=env.action_space, device=device)
agent.init(trainer_cfg={"timesteps": 500000})
agent.set_running_mode("train")

TOTAL = 500_000
used = set()
states, infos = env.reset()
for t in range(TOTAL):
    agent.pre_interaction(timestep=t, timesteps=TOTAL)
    with torch.no_grad():
        actions = agent.act(states, timestep=t, timesteps=TOTAL)[0]
        next_states, rewards, terminated, truncated, infos = env.step(actions)
        agent.record_transition(states=states, actions=actions, rewards=rewards, next_states=next_states,
                                terminated=terminated, truncated=truncated, infos=infos, timestep=t, timesteps=TOTAL)
    agent.post_interaction(timestep=t, timesteps=TOTAL)
    states = next_states
    if t % 20_000 == 19_999:
        inbox = [f for f in glob.glob("exchange/*.pt") if f not in used]
        if inbox:
            pick = max(inbox, key=os.path.getmtime)
            used.add(pick)
            agent.load(pick)
