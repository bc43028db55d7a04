def train_cfg(rnn: str = "gru") -> dict:
    memory = dict(class_name="RNNModel", hidden_dims=[128, 64], activation="elu",
                  rnn_type=rnn, rnn_hidden_dim=96, rnn_num_layers=1)
    return dict(
        num_steps_per_env=32,
        save_interval=25,
        obs_groups=dict(actor=["proprio"], critic=["proprio"]),
        actor=dict(memory, distribution_cfg=dict(class_name="GaussianDistribution", init_std=0.8)),
        critic=dict(memory),
        algorithm=dict(class_name="PPO", learning_rate=5e-4, num_mini_batches=4, entropy_coef=0.01),
    )
