import threading
import time

import torch

from turn_model import LABELS, TurnModel


class Call:
    def __init__(self, state):
        self.state = state
        self.floor = "nobody"
        self.since = time.time()


class CallCenter:
    def __init__(self, path):
        self.model = TurnModel().eval()
        self.model.load_state_dict(torch.load(path, map_location="cpu"))
        self.calls = {}
        self.lock = threading.Lock()

    def frames(self, call_id, feats, user_speaks):
        with self.lock, torch.no_grad():
            call = self.calls.get(call_id)
            if call is None:
                call = self.calls[call_id] = Call(self.model.start())
            probs, call.state = self.model(torch.tensor(feats)[None], call.state)
            label = LABELS[int(probs.argmax())]
            if user_speaks:
                call.floor = "user"
            elif label == "take_turn":
                call.floor = "agent"
            elif call.floor == "user":
                call.floor = "nobody"
                call.since = time.time()
            return {"label": label, "floor": call.floor, "probs": probs[0].tolist()}

    def hang_up(self, call_id):
        with self.lock:
            self.calls.pop(call_id, None)

    def new_model(self, path):
        weights = torch.load(path, map_location="cpu")
        with self.lock:
            self.model.load_state_dict(weights)
            n = 0
            for call in self.calls.values():
                if call.floor == "nobody":
                    call.state = self.model.start()
                    n += 1
        return {"open_calls": len(self.calls), "restarted": n}
