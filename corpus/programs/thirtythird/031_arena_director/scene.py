import random


class Agent:
    def __init__(self, x, facing):
        self.home = x
        self.facing = facing
        self.spawn()

    def spawn(self):
        self.x = self.home
        self.hp = 100.0
        self.stamina = 1.0
        self.guarding = False
        self.cooldown = 0.0

    def apply(self, action, dt, foe):
        self.guarding = action == "guard"
        self.cooldown = max(0.0, self.cooldown - dt)
        if action == "advance":
            self.x += self.facing * 3.0 * dt
        elif action == "retreat":
            self.x -= self.facing * 2.0 * dt
        elif action == "strike" and self.cooldown == 0.0 and self.stamina > 0.2:
            self.cooldown = 0.4
            self.stamina -= 0.2
            if abs(foe.x - self.x) < 1.5:
                foe.hp -= 3.0 if foe.guarding else 9.0
        self.stamina = min(1.0, self.stamina + 0.15 * dt)


class Player(Agent):
    def update(self, dt, foe):
        near = abs(foe.x - self.x) < 1.6
        self.apply(random.choice(("strike", "guard")) if near else "advance", dt, foe)


class Enemy(Agent):
    def __init__(self, x, facing, brain):
        self.brain = brain
        super().__init__(x, facing)

    def spawn(self):
        super().spawn()
        self.mood = None

    def update(self, dt, foe):
        senses = [foe.x - self.x, self.hp / 100, foe.hp / 100, self.stamina, foe.stamina,
                  float(foe.guarding), self.cooldown]
        action, self.mood = self.brain.think(senses, self.mood)
        self.apply(action, dt, foe)


class Director:
    """Keeps the fight close by choosing the tier of the enemy."""

    def __init__(self, enemy, player, tiers):
        self.enemy, self.player, self.tiers = enemy, player, tiers
        self.level = 0
        self.timer = 0.0

    def update(self, dt):
        self.timer += dt
        if self.timer < 4.0:
            return
        self.timer = 0.0
        lead = self.player.hp - self.enemy.hp
        level = self.level
        if lead > 25:
            level = min(level + 1, len(self.tiers) - 1)
        elif lead < -25:
            level = max(level - 1, 0)
        if level != self.level:
            self.level = level
            self.enemy.brain = self.tiers[level]


class Arena:
    def __init__(self, tiers):
        self.player = Player(-5.0, 1)
        self.enemy = Enemy(5.0, -1, tiers[0])
        self.director = Director(self.enemy, self.player, tiers)
        self.wins = 0
        self.rounds = 0

    def update(self, dt):
        self.director.update(dt)
        self.player.update(dt, self.enemy)
        self.enemy.update(dt, self.player)
        if self.player.hp <= 0 or self.enemy.hp <= 0:
            self.rounds += 1
            self.wins += self.enemy.hp <= 0
            self.player.spawn()
            self.enemy.spawn()
