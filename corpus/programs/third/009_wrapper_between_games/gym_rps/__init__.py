from gymnasium.envs.registration import register

register(id="RepeatedRPS-v0", entry_point="gym_rps.game:RepeatedRPS", max_episode_steps=60)
