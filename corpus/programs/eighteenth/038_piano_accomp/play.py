import sys
import time

import mido
import torch

from accompanist import Accompanist
from chords import VOICINGS

net = Accompanist()
net.load_state_dict(torch.load(sys.argv[1] if len(sys.argv) > 1 else "accompanist.pt"))
net.eval()

out = mido.open_output()
sounding = []
last = time.time()

with mido.open_input() as keys:
    for msg in keys:
        if msg.type == "control_change" and msg.control == 67 and msg.value > 64:
            net.forget()                        # soft pedal: new piece
            last = time.time()
            continue
        if msg.type != "note_on" or msg.velocity == 0:
            continue
        now = time.time()
        chord = VOICINGS[net.listen(msg.note - 21, min(now - last, 4.0), msg.velocity)]
        last = now
        if chord != sounding:
            for n in sounding:
                out.send(mido.Message("note_off", note=n))
            for n in chord:
                out.send(mido.Message("note_on", note=n, velocity=60))
            sounding = chord
