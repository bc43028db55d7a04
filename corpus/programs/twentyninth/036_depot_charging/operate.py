"""Run the depot with the newest PPO-LSTM checkpoint; look for a newer one at every departure (96 quarter-hours)."""
import pathlib
import sys

import ray
from ray.rllib.algorithms.ppo import PPOConfig
from ray.tune.registry import register_env

from depot_env import DepotEnv

register_env("depot", lambda cfg: DepotEnv(cfg))


def make_algo():
    return (
        PPOConfig()
        .api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
        .environment("depot")
        .framework("torch")
        .env_runners(num_env_runners=0)
        .training(model={"use_lstm": True, "lstm_cell_size": 64, "max_seq_len": 32})
        .build()
    )


def newest(root):
    found = sorted(pathlib.Path(root).glob("checkpoint_*"))
    return found[-1] if found else None


def operate(root, nights):
    algo = make_algo()
    env = DepotEnv({"limit_kw": 280.0})
    obs, _ = env.reset(seed=7)
    current, lstm, spent = None, None, 0.0
    for quarter in range(nights * 96):
        if quarter % 96 == 0:
            candidate = newest(root)
            if candidate is not None and candidate != current:
                algo.restore(str(candidate))
                lstm = algo.get_policy().get_initial_state()
                current = candidate
                print(f"night {quarter // 96}: {candidate.name}")
            elif lstm is None:
                lstm = algo.get_policy().get_initial_state()
        action, lstm, _ = algo.compute_single_action(obs, state=lstm, explore=False)
        obs, reward, _, _, _ = env.step(int(action))
        spent -= reward
    algo.stop()
    return spent


if __name__ == "__main__":
    ray.init(include_dashboard=False)
    print(operate(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 30))
