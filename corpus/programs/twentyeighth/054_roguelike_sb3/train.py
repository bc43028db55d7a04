import sys

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from rogue_env import RogueEnv

if __name__ == "__main__":
    steps = int(float(sys.argv[1])) if len(sys.argv) > 1 else 3_000_000
    env = make_vec_env(RogueEnv, n_envs=16)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=128, batch_size=256, ent_coef=0.01, verbose=1,
                         policy_kwargs={"lstm_hidden_size": 128})
    model.learn(steps, callback=CheckpointCallback(20_000, "checkpoints", name_prefix="rogue"))
    model.save("checkpoints/rogue_final")
