import pfrl
import torch
from torch import nn


def make_model(obs_size, n_actions):
    return pfrl.nn.RecurrentSequential(
        nn.Linear(obs_size, 64),
        nn.Tanh(),
        nn.GRU(num_layers=1, input_size=64, hidden_size=64),
        pfrl.nn.Branched(
            nn.Sequential(nn.Linear(64, n_actions), pfrl.policies.SoftmaxCategoricalHead()),
            nn.Linear(64, 1),
        ),
    )


def make_agent(env, lr, entropy_coef):
    model = make_model(env.observation_space.shape[0], env.action_space.n)
    opt = torch.optim.Adam(model.parameters(), lr=lr, eps=1e-5)
    return pfrl.agents.PPO(
        model,
        opt,
        gamma=0.98,
        update_interval=1200,
        minibatch_size=300,
        epochs=4,
        entropy_coef=entropy_coef,
        recurrent=True,
        max_recurrent_sequence_len=60,
    )
