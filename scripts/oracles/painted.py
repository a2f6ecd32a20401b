"""Scripts/oracles/painted: some sixty functions that call the standard library and the runtime, with inputs that take
them deep, each 2,000 times on a painted stack, in three processes, while others allocate, collect and want the same
locks: the most bytes that each has written below its caller's frame, against the worst case. Falls short where it is
exact, and less than that. linux/amd64, without C.
"""
import json, os, platform, subprocess
from programs import ROOT, with_tools
from report import row, skipped

COUNT, RUNS = 2000, 3
# Nobody but the functions uses their stacks: no copy to a smaller one, no signal that preempts.
SETTINGS = {'GODEBUG': 'gcshrinkstackoff=1,asyncpreemptoff=1', 'GOGC': '2'}

def check_painted(o, env, folder):
    if platform.machine() not in ('x86_64', 'AMD64'): return skipped.append('painted stacks: they run on amd64')
    for version in o.versions:
        binary, tools = os.path.join(folder, f'painted-{version}'), with_tools(env, version)
        subprocess.run(['go', 'build', '-o', binary, '.'], cwd=os.path.join(ROOT, 'scripts', 'oracles', 'painted'),
                       env={**tools, 'CGO_ENABLED': '0', 'GOARCH': 'amd64'}, check=True)
        measured = {}
        for _ in range(RUNS):
            run = subprocess.run([binary, str(COUNT)], env={**os.environ, **SETTINGS}, stdout=subprocess.PIPE, text=True,
                                 timeout=300, check=True)
            for name, used in map(str.split, run.stdout.splitlines()):
                measured[name] = max(measured.get(name, 0), int(used))
        run = subprocess.run([o.fathom, 'depth', binary, '--origin', 'all', '--format', 'ndjson'], stdout=subprocess.PIPE,
                             check=True, env=tools)
        said = {r['name']: r for r in map(json.loads, run.stdout.splitlines()) if r['record'] == 'function'}
        for name, used in measured.items():
            record = said.get(name)
            if not record: row('painted', version, name, used, '–', '–', '–', 'SHORT'); continue
            worst, certainty = record['worstBytes'], record['certainty']
            row('painted', version, name, used, worst, certainty, worst - used,
                'SHORT' if certainty == 'exact' and used > worst else 'ok')
