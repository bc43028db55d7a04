import argparse
import asyncio
import logging

from agent import DialogueAgent

log = logging.getLogger("chatd")


class Server:
    def __init__(self, agent):
        self.agent = agent
        self.lock = asyncio.Lock()

    async def client(self, reader, writer):
        who = writer.get_extra_info("peername")
        log.info("%s joined", who)
        try:
            while line := await reader.readline():
                text = line.decode(errors="replace").strip()
                if not text:
                    continue
                async with self.lock:
                    answer = await asyncio.to_thread(self.agent.reply, who, text)
                writer.write(answer.encode() + b"\n")
                await writer.drain()
        finally:
            self.agent.close(who)
            writer.close()

    async def watch(self, every):
        while True:
            await asyncio.sleep(every)
            async with self.lock:
                if self.agent.refresh():
                    log.info("now serving %s", self.agent.path.name)


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("models")
    ap.add_argument("--port", type=int, default=7070)
    ap.add_argument("--poll", type=float, default=30)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    server = Server(DialogueAgent(args.models))
    tcp = await asyncio.start_server(server.client, "0.0.0.0", args.port)
    asyncio.create_task(server.watch(args.poll))
    async with tcp:
        await tcp.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
