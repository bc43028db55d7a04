from rl_games.algos_torch.players import PpoPlayerContinuous


class GaitPlayer(PpoPlayerContinuous):
    """Runs the course with one trained policy per kind of terrain."""

    def __init__(self, params):
        super().__init__(params)
        self.gaits = self.player_config["gaits"]
        self.courses = self.player_config.get("courses", 10)
        self.gait = None

    def use_gait(self, name):
        self.restore(self.gaits[name])
        self.gait = name

    def run(self):
        for course in range(self.courses):
            obs = self.env_reset(self.env)
            self.get_batch_size(obs, 1)
            self.use_gait(self.env.terrain)
            self.init_rnn()
            total, steps, done = 0.0, 0, False
            while not done:
                action = self.get_action(obs, self.is_deterministic)
                obs, reward, dones, _ = self.env_step(self.env, action)
                total += float(reward)
                steps += 1
                done = bool(dones.any())
                terrain = self.env.terrain
                if terrain != self.gait:
                    self.use_gait(terrain)
            print(f"course {course}: {total:8.2f} in {steps} steps, x = {self.env.x:.1f} m")
