import random


class Dungeon:
    ROOMS = ["a damp cell", "a long gallery", "a library of burnt books", "a well shaft", "the gate"]

    def __init__(self, seed=None):
        self.rng = random.Random(seed)

    def start(self):
        self.room, self.key, self.turn = 0, False, 0
        self.key_room = self.rng.randrange(1, 4)
        return self.describe()

    def describe(self):
        text = f"You stand in {self.ROOMS[self.room]}."
        cmds = ["wait"]
        if self.room > 0:
            cmds.append("go back")
        if self.room < 4:
            cmds.append("go on")
        if self.room == self.key_room and not self.key:
            text += " Something glints on the floor."
            cmds.append("take key")
        if self.room == 4:
            cmds.append("unlock gate")
        return text, cmds

    def act(self, cmd):
        self.turn += 1
        reward = -0.02
        if cmd == "go on":
            self.room += 1
        elif cmd == "go back":
            self.room -= 1
        elif cmd == "take key":
            self.key, reward = True, 0.5
        elif cmd == "unlock gate":
            return self.describe(), (1.0 if self.key else -0.5), True
        return self.describe(), reward, self.turn >= 40
