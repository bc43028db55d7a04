from pathlib import Path

from sb3_contrib import TQC, RecurrentPPO
from stable_baselines3 import PPO, SAC

ALGOS = {"rppo": RecurrentPPO, "ppo": PPO, "sac": SAC, "tqc": TQC}


def load(path: str):
    """`rppo_monza_3.zip` is a RecurrentPPO, and so on."""
    algo = Path(path).name.split("_")[0]
    return ALGOS[algo].load(path, device="cpu")


def load_recurrent(path: str) -> RecurrentPPO:
    return RecurrentPPO.load(path, device="cpu")
