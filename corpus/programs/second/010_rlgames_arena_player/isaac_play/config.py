import copy

BASE = {
    "params": {
        "seed": 42,
        "algo": {"name": "a2c_continuous"},
        "model": {"name": "continuous_a2c_logstd"},
        "network": {
            "name": "actor_critic",
            "separate": False,
            "space": {
                "continuous": {
                    "mu_activation": "None",
                    "sigma_activation": "None",
                    "mu_init": {"name": "default"},
                    "sigma_init": {"name": "const_initializer", "val": 0},
                    "fixed_sigma": True,
                }
            },
            "mlp": {"units": [256, 128], "activation": "elu", "initializer": {"name": "default"}},
            "rnn": {"name": "lstm", "units": 128, "layers": 1, "before_mlp": True, "concat_input": True},
        },
        "config": {
            "name": "Walk",
            "env_name": "rlgpu",
            "normalize_input": True,
            "num_actors": 64,
            "seq_length": 16,
            "horizon_length": 32,
            "player": {"games_num": 10_000, "deterministic": True, "print_stats": True, "render": True},
        },
    }
}


def make(folder, interval, games):
    cfg = copy.deepcopy(BASE)
    player = cfg["params"]["config"]["player"]
    player["games_num"] = games
    player["follow"] = {"folder": folder, "interval": interval, "stats": f"{folder}/follow.csv"}
    return cfg
