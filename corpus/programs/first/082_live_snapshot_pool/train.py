import logging

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from fsp.arena import winrate
from fsp.pool import OpponentPool
from sumo import SoloSumo, Sumo

log = logging.getLogger("fsp")


def main(iters=400, steps=50_000):
    logging.basicConfig(level=logging.INFO)
    env = make_vec_env(SoloSumo, n_envs=8)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=256)
    sparring = RecurrentPPO("MlpLstmPolicy", env, n_steps=256)
    pool = OpponentPool()
    pool.add(model, 0)
    for i in range(1, iters):
        model.learn(steps, reset_num_timesteps=False)
        log.info("iter %d winrate vs pool %.2f", i, winrate(Sumo(), model, sparring, pool))
        pool.add(model, i)
        if i % 20 == 0:
            model.save(f"fsp_{i}")


if __name__ == "__main__":
    main()
