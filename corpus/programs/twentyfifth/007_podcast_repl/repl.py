"""podrec> say something calm about history
   podrec> pull --revision v2.1
"""
import argparse
import json
import shlex

import torch
from huggingface_hub import hf_hub_download
from safetensors.torch import load_file

from model import Conversation, DialogueRecommender, hash_tokens

REPO = "podrec/dialogue-gru"


def fetch(revision):
    return hf_hub_download(REPO, "model.safetensors", revision=revision)


def cmd_say(app, args):
    text = " ".join(args.text)
    with torch.no_grad():
        scores, app.conv.h = app.net.turn(hash_tokens(text), app.conv.h)
    app.conv.turns.append(text)
    for i in scores.topk(args.k).indices.tolist():
        print("  *", app.titles[i])


def cmd_pull(app, args):
    app.net.load_state_dict(load_file(fetch(args.revision)))
    app.revision = args.revision
    if args.fresh:
        app.conv.clear()
    print("now at", args.revision)


def cmd_new(app, args):
    app.conv.clear()


def cmd_info(app, args):
    print(f"revision={app.revision} turns={len(app.conv.turns)}")


def cmd_quit(app, args):
    raise EOFError


def build_parser():
    p = argparse.ArgumentParser(prog="podrec", add_help=False, exit_on_error=False)
    sub = p.add_subparsers(required=True)

    say = sub.add_parser("say")
    say.add_argument("text", nargs="+")
    say.add_argument("-k", type=int, default=3)
    say.set_defaults(func=cmd_say)

    pull = sub.add_parser("pull")
    pull.add_argument("--revision", default="main")
    pull.add_argument("--fresh", action="store_true")
    pull.set_defaults(func=cmd_pull)

    for name, fn in (("new", cmd_new), ("info", cmd_info), ("quit", cmd_quit)):
        sub.add_parser(name).set_defaults(func=fn)
    return p


class App:
    def __init__(self, revision="main"):
        self.net = DialogueRecommender().eval()
        self.net.load_state_dict(load_file(fetch(revision)))
        self.revision = revision
        self.conv = Conversation()
        with open(hf_hub_download(REPO, "titles.json", revision=revision)) as f:
            self.titles = json.load(f)

    def loop(self):
        parser = build_parser()
        while True:
            try:
                line = input("podrec> ").strip()
                if not line:
                    continue
                args = parser.parse_args(shlex.split(line))
                args.func(self, args)
            except EOFError:
                break
            except (argparse.ArgumentError, SystemExit) as e:
                print("?", e)


if __name__ == "__main__":
    App().loop()
