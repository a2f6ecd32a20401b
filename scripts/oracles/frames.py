"""Each function's frame against the Go linker's own table (pclntab.py of the oracles). Falls short when
a frame is wrong, a function is missing, or more than 1 in 1,000 (10 in a small program) are uncertain.
Uncounted: assembly that takes more from SP than its assembler counts, 0 on most machines (`crosscall2` of s390x).
C: neither exact nor wrong, functions that the scan shows as C (`origin`) and that have a frame, of which
the linker wrote an empty row, 0.
And whose code it is, through GNU objdump: falls short when a function that has a Go or assembly file is
shown as C or unknown.
"""
import collections
from report import row, say

ORIGINS = ('own', 'dependency', 'std', 'runtime', 'compiler', 'c', 'unknown')

def check_frames(scan, truth, what, note=''):
    exact = wrong = uncertain = missing = foreign = uncounted = 0
    bad, unsure = [], []
    for entry, want in truth.items():
        function = scan.functions.get(entry)
        if function is None: missing += 1; bad.append((1 << 40, f'missing: {want[1]} at {entry:#x}'))
        elif function['frame'] == want[0] and not function['uncertain']: exact += 1
        elif function['origin'] == 'c' and want[0] == 0: foreign += 1
        elif function['uncertain']:
            uncertain += 1; unsure.append(f"uncertain: {function['name']}: {function['uncertain']}")
        elif want[2] and function['frame'] > want[0]: uncounted += 1
        else:
            wrong += 1
            off = abs((function['frame'] or 0) - want[0])
            bad.append((off, f"wrong: {function['name']}: {function['frame']}, the linker says {want[0]}"))
    short = wrong or missing or uncertain > max(10, len(truth) // 1000) or scan.failure
    for _, text in sorted(bad, reverse=True)[:20]: say(' ', text)
    for text in unsure[:20]: say(' ', text)
    row('frames', *what, len(truth), exact, wrong, uncertain, missing, foreign, uncounted, f'{scan.seconds:.2f}',
        sum(f['undecoded'] for f in scan.functions.values()), 'SHORT' if short else 'ok',
        '; '.join(filter(None, (scan.failure, note))))
    if what[-1] == 'gnu': check_origins(scan, what)

def check_origins(scan, what):
    count = collections.Counter(f['origin'] for f in scan.functions.values())
    wrongly = [f['name'] for f in scan.functions.values() if f['file'] and f['origin'] in ('c', 'unknown')]
    if wrongly: say('  shown as C or unknown:', ', '.join(wrongly[:20]))
    row('origins', *what, *(count[o] for o in ORIGINS), len(wrongly), 'SHORT' if wrongly else 'ok')
