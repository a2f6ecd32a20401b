"""How much the worst cases of ten programs' own functions say: exact, bounded (all but recursion is known) or
at least; and how many of the others lead to what is not known. It proves nothing, but that no chain without a
split check is longer than the linker let it be.
"""
import collections, json, os, subprocess
from programs import corpus, with_tools
from report import row

BUILT = ('gofmt', 'go', 'link', 'compile', 'nethttp')
DEBIAN = (('docker.io', 'usr/bin/docker'), ('gh', 'usr/bin/gh'), ('hugo', 'usr/bin/hugo'),
          ('podman', 'usr/bin/podman'), ('restic', 'usr/bin/restic'))
CAUSES = ('cycle', 'indirectCall', 'missing', 'foreign', 'uncertainFrame')

def check_certainty(o, env, folder):
    version = o.versions[0]
    programs = [(program, version, corpus(program, version, 'amd64')) for program in BUILT]
    programs += [(os.path.basename(file), 'debian', corpus('debian', package, file)) for package, file in DEBIAN]
    for program, version, binary in programs:
        if not binary: continue
        run = subprocess.run([o.fathom, 'depth', binary, '--format', 'ndjson'], stdout=subprocess.PIPE, check=True,
                             env=with_tools(env, o.versions[0]))
        certainty, causes, outside, slack = collections.Counter(), collections.Counter(), collections.Counter(), None
        for record in map(json.loads, run.stdout.splitlines()):
            if record['record'] == 'nosplit': slack = record['slack']
            if record['record'] != 'function' or record['origin'] != 'own': continue
            certainty[record['certainty']] += 1
            causes.update(record['causes'])
            outside.update(record['causesOutsideRuntime'])
        own = sum(certainty.values())
        row('certainty', program, version, own, *(certainty[c] for c in ('exact', 'bounded', 'atLeast')),
            f"{100 * (certainty['exact'] + certainty['bounded']) / max(own, 1):.1f}",
            *(f'{causes[c]}/{outside[c]}' for c in CAUSES), slack,
            'ok' if own and slack is not None and slack >= 0 else 'SHORT')
