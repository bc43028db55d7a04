import torch
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent


def build_policy(env, lr=5e-4, device="cpu"):
    net = Recurrent(
        layer_num=1,
        state_shape=env.observation_space.shape,
        action_shape=env.action_space.n,
        device=device,
        hidden_layer_size=128,
    ).to(device)
    return DQNPolicy(
        model=net,
        optim=torch.optim.Adam(net.parameters(), lr=lr),
        action_space=env.action_space,
        discount_factor=0.97,
        estimation_step=3,
        target_update_freq=300,
    )
