"""Line commands from an operator: `use v12`, `status`, `quit`."""
import shlex


class Console:
    def __init__(self, store, pilots, canary):
        self.store, self.pilots, self.canary = store, pilots, canary

    def handle(self, line):
        words = shlex.split(line)
        if not words:
            return ""
        if words[0] == "use":
            self.pilots.activate(words[1], flush=True)
            return f"all drones fly {words[1]}, memories cleared"
        if words[0] == "try":
            self.canary.begin(words[1])
            return f"trying {words[1]} for {self.canary.seconds} s"
        if words[0] == "status":
            return f"{self.pilots.version}, {len(self.pilots.memory)} drones, {self.pilots.decisions} decisions"
        return f"{words[0]}: unknown"
