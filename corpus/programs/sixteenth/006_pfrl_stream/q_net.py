import pfrl
import torch
from pfrl import agents, explorers, replay_buffers
from torch import nn


def make_agent(n_actions, gpu=-1):
    q = pfrl.nn.RecurrentSequential(
        nn.Conv2d(1, 32, 8, stride=4),
        nn.ReLU(),
        nn.Conv2d(32, 64, 4, stride=2),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3, stride=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.LSTM(input_size=3136, hidden_size=512),
        nn.Linear(512, n_actions),
        pfrl.q_functions.DiscreteActionValueHead(),
    )
    opt = torch.optim.Adam(q.parameters(), lr=1e-4, eps=1e-4)
    return agents.DoubleDQN(
        q,
        opt,
        replay_buffers.EpisodicReplayBuffer(10),
        gpu=gpu,
        gamma=0.99,
        explorer=explorers.Greedy(),
        replay_start_size=1,
        target_update_interval=30000,
        phi=lambda x: x.astype("float32") / 255.0,
        recurrent=True,
        episodic_update_len=10,
    )
