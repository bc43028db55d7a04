def train_cfg(seed, recurrent=True):
    net = {"class_name": "RNNModel" if recurrent else "MLPModel", "hidden_dims": [256, 128], "activation": "elu", "obs_normalization": True}
    if recurrent:
        net.update(rnn_type="lstm", rnn_hidden_dim=256, rnn_num_layers=1)
    return {
        "seed": seed,
        "num_steps_per_env": 24,
        "save_interval": 200,
        "obs_groups": {"actor": ["policy"], "critic": ["policy", "privileged"]},
        "actor": {**net, "distribution_cfg": {"class_name": "GaussianDistribution", "init_std": 1.0}},
        "critic": dict(net),
        "algorithm": {
            "class_name": "PPO",
            "value_loss_coef": 1.0,
            "clip_param": 0.2,
            "entropy_coef": 0.005,
            "num_learning_epochs": 5,
            "num_mini_batches": 4,
            "learning_rate": 1e-3,
            "schedule": "adaptive",
            "gamma": 0.99,
            "lam": 0.95,
            "desired_kl": 0.01,
            "max_grad_norm": 1.0,
        },
    }
