from ray.rllib.algorithms.ppo import PPOConfig

from .simnet import SimNet


def config(workers=2, cell=64):
    return (
        PPOConfig()
        .api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
        .environment(SimNet, env_config={"links": 4})
        .framework("torch")
        .env_runners(num_env_runners=workers, rollout_fragment_length=200)
        .training(
            lr=5e-5,
            train_batch_size=4000,
            model={"use_lstm": True, "lstm_cell_size": cell, "max_seq_len": 20, "fcnet_hiddens": [64]},
        )
    )
