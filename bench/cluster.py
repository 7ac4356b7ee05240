#!/usr/bin/env python3
"""Compares the engines on the same work: a small campaign embedded, on a cluster of one process and of three, and what a crash costs.

    dotnet build src/IpActors.App -c Release -p:Akka=true
    python3 bench/cluster.py [--rounds 3] [--program src/IpActors.App/bin/Release/net10.0/ipactors.dll]

Prints a table in Markdown, ratios to the embedded engine first. Nothing but Python's standard library is needed; the journal is SQLite, all processes are on this machine.
"""
import argparse, os, shutil, signal, socket, sqlite3, statistics, subprocess, tempfile, time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROLES = ["coordinator, entity", "coordinator, entity, worker", "entity, worker"]


class Campaign:
    def __init__(self, program, akka):
        self.program, self.folder = program, tempfile.mkdtemp(prefix="ipactors-bench-")
        text = open(os.path.join(HERE, "tests/IpActors.App.Tests/EndToEnd/tiny.yaml")).read()
        with open(os.path.join(self.folder, "tiny.yaml"), "w") as f:
            f.write(("engine: akka\n" if akka else "") + text)
        sockets = [socket.socket() for _ in ROLES]
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        self.ports = [s.getsockname()[1] for s in sockets]
        for s in sockets:
            s.close()
        seeds = ", ".join('"akka.tcp://ipactors@127.0.0.1:%d"' % p for p in self.ports)
        for i, roles in enumerate(ROLES):
            with open(os.path.join(self.folder, "n%d.conf" % i), "w") as f:
                f.write("akka.cluster.roles = [%s]\nakka.remote.dot-netty.tcp.port = %d\nakka.cluster.seed-nodes = [%s]\n" % (roles, self.ports[i], seeds))

    def start(self, *arguments):
        with open(os.path.join(self.folder, "said"), "a") as said:
            return subprocess.Popen(["dotnet", self.program, *arguments], cwd=self.folder, stdout=said, stderr=said)

    def node(self, i):
        return self.start("run" if i == 0 else "node", "tiny.yaml", "--slots", "1", "--cluster", "n%d.conf" % i, "local-cluster.conf")

    def events(self):
        """Number and newest time of the events stored."""
        try:
            db = sqlite3.connect("file:%s/tiny.db?mode=ro" % self.folder, uri=True)
            try:
                return db.execute("select count(*) from journal").fetchone()[0]
            finally:
                db.close()
        except sqlite3.OperationalError:
            return 0

    def until(self, count, limit=300):
        begun = time.monotonic()
        while self.events() < count:
            if time.monotonic() - begun > limit:
                raise SystemExit("no %d events within %d s; see %s" % (count, limit, self.folder))
            time.sleep(0.02)

    def evaluated(self):
        db = sqlite3.connect("file:%s/tiny.db?mode=ro" % self.folder, uri=True)
        try:
            return db.execute("select count(*) from journal where manifest like 'compound.hull-evaluated/%'").fetchone()[0]
        finally:
            db.close()

    def done(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def whole(program, nodes):
    """Seconds for the whole campaign from start of the first process to its end, and compounds brought through their life a second."""
    c = Campaign(program, akka=nodes > 0)
    begun = time.monotonic()
    all_ = [c.start("run", "tiny.yaml", "--slots", "2")] if nodes < 2 else [c.node(i) for i in range(nodes)]
    for p in all_:
        if p.wait(600):
            raise SystemExit("a process failed; see %s" % c.folder)
    seconds = time.monotonic() - begun
    result = seconds, c.evaluated() / seconds
    c.done()
    return result


def recovery(program, akka):
    """Seconds from starting a campaign that was killed (all of it) to its next event."""
    c = Campaign(program, akka)
    p = c.start("run", "tiny.yaml", "--slots", "2")
    c.until(150)
    p.kill()
    p.wait()
    before, begun = c.events(), time.monotonic()
    p = c.start("run", "tiny.yaml", "--slots", "2")
    c.until(before + 1)
    seconds = time.monotonic() - begun
    p.kill()
    p.wait()
    c.done()
    return seconds


def failover(program, victim):
    """Seconds from the kill of one of three nodes to the next event, and to the end of the longest gap between events after it."""
    c = Campaign(program, akka=True)
    all_ = [c.node(i) for i in range(3)]
    c.until(150)
    all_[victim].send_signal(signal.SIGKILL)
    all_[victim].wait()
    killed = time.monotonic()
    count, last, gap, end = c.events(), killed, 0.0, killed
    while any(p.poll() is None for i, p in enumerate(all_) if i != victim):
        now, n = time.monotonic(), c.events()
        if n > count:
            if now - last > gap:
                gap, end = now - last, now
            count, last = n, now
        if now - killed > 600:
            raise SystemExit("it did not end; see %s" % c.folder)
        time.sleep(0.02)
    c.done()
    return gap, end - killed


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--program", default=os.path.join(HERE, "src/IpActors.App/bin/Release/net10.0/ipactors.dll"))
    o = options.parse_args()
    program = os.path.abspath(o.program)
    median = lambda f: [statistics.median(x) for x in zip(*(f() for _ in range(o.rounds)))]
    engines = (("embedded", 0), ("cluster, one process", 1), ("cluster, three processes", 3))
    rounds = [[whole(program, n) for _, n in engines] for _ in range(o.rounds)]  # in turn, so that other work on the machine is shared by all
    rows = [(name, *[statistics.median(r[i][k] for r in rounds) for k in (0, 1)]) for i, (name, _) in enumerate(engines)]
    print("machine: %d cores, load %.1f before and %.1f now" % (os.cpu_count(), LOAD, os.getloadavg()[0]))
    print("\n| engine | time to embedded's | whole campaign, s | compounds/s |\n|---|---|---|---|")
    for name, seconds, rate in rows:
        print("| %s | %.2f | %.1f | %.2f |" % (name, seconds / rows[0][1], seconds, rate))
    print("\n| after kill -9 | s |\n|---|---|")
    for name, akka in (("embedded: next event after the restart", False), ("cluster of one: next event after the restart", True)):
        print("| %s | %.1f |" % (name, median(lambda: (recovery(program, akka),))[0]))
    for name, victim in (("three nodes, the keeper's", 0), ("three nodes, a worker", 2)):
        gap, end = median(lambda: failover(program, victim))
        print("| %s: longest silence, over %.1f s after the kill | %.1f |" % (name, end, gap))


LOAD = os.getloadavg()[0]
if __name__ == "__main__":
    main()
