from typing import Dict, Type

from sb3_contrib import RecurrentPPO, TRPO
from stable_baselines3 import PPO
from stable_baselines3.common.base_class import BaseAlgorithm

ALGOS: Dict[str, Type[BaseAlgorithm]] = {"ppo": PPO, "trpo": TRPO, "rppo": RecurrentPPO}
POLICY = {"ppo": "MlpPolicy", "trpo": "MlpPolicy", "rppo": "MlpLstmPolicy"}


def build(kind: str, env, **kw) -> BaseAlgorithm:
    return ALGOS[kind](POLICY[kind], env, **kw)
