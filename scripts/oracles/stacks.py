"""Scripts/oracles/stacks, a program of some seventy goroutine bodies, each run by 2,000 goroutines (fewer where they
need files or connections) in a fresh process with GODEBUG=adaptivestackstart=0,gcshrinkstackoff=1 and GOGC=off:
the size that most of their stacks have in the end, against what fathom says of a goroutine that starts there.
Where fathom says exact, the worst size is never below. Of bodies whose depth does not depend on data the ordinary
size is the measured one in 80 of 100, and within one doubling in 95; of the others it is a range whose ends are at
most a factor of eight apart, and the measured size lies in it. Every third body is held back: figures were not made
to fit it. The column «usual» has the size under the runtime's own settings; it is not judged.
"""
import collections, json, os, subprocess, sys
from programs import ROOT, with_tools
from report import row, skipped

COUNT = 2000
SETTINGS = {'GODEBUG': 'adaptivestackstart=0,gcshrinkstackoff=1', 'GOGC': 'off'}

def build(version, env, folder, cgo):
    binary = os.path.join(folder, f'stacks-{version}')
    settings = {**with_tools(env, version), 'CGO_ENABLED': '1' if cgo else '0'}
    subprocess.run(['go', 'build', '-o', binary, '.'], cwd=os.path.join(ROOT, 'scripts', 'oracles', 'stacks'),
                   env=settings, check=True, stdout=sys.stderr)
    return binary

def measured(binary, name, count, settings):
    """The size of most stacks; how many have it; how many bytes the runtime has for stacks per goroutine."""
    run = subprocess.run([binary, name, str(count)], env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True,
                         timeout=120, check=True)
    average, *lines = run.stdout.splitlines()
    sizes = {int(size): int(n) for size, n in map(str.split, lines)}
    size = max(sizes, key=sizes.get)
    return size, sizes[size], int(average)

def predicted(o, binary):
    """By the function that a goroutine starts in: its records. One is started in several places, with one figure."""
    run = subprocess.run([o.fathom, 'depth', binary, '--origin', 'all', '--format', 'ndjson'], stdout=subprocess.PIPE,
                         check=True)
    records = map(json.loads, run.stdout.splitlines())
    return {r['starts'] or r['name']: r for r in records if r['record'] == 'goroutine' and r['name']}

def check_stacks(o, env, folder):
    for version in o.versions:
        binary = build(version, env, folder, cgo=True)
        said = predicted(o, binary)
        bodies = subprocess.run([binary], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        n = {held: collections.Counter() for held in (False, True)}
        for i, body in enumerate(bodies):
            name, kind, depends, entry, most = body.split('\t')
            count = int(most) or COUNT
            size, many, average = measured(binary, name, count, SETTINGS)
            usual = measured(binary, name, count, {})[0]
            record = said.get(entry)
            held = i % 3 == 2
            if entry == '-':
                # What a parameter holds nobody knows.
                row('stacks', version, name, kind, 'held' * held, size, usual, *'–––––'[:4], 'ok', 'open')
                continue
            if not record:
                n[held]['unknown'] += 1
                row('stacks', version, name, kind, 'held' * held, size, usual, '–', '–', '–', '–', 'SHORT', 'not found')
                continue
            stack, certainty = record['stack'], record.get('certainty') or ('exact' if record['exact'] else 'atLeast')
            low, high = stack.get('ordinaryLow'), stack.get('ordinaryHigh')
            wrong = ''
            if certainty == 'exact' and stack['settled'] < size: wrong = 'exact, and below'
            if low is None: n[held]['unknown'] += 1
            elif low == high:
                n[held]['points'] += 1
                n[held]['equal'] += low == size
                n[held]['near'] += size / 2 <= low <= size * 2
                if low != size: wrong = wrong or ('' if size / 2 <= low <= size * 2 else 'far')
            else:
                n[held]['ranges'] += 1
                n[held]['inside'] += low <= size <= high
                if high > 8 * low: wrong = wrong or 'too wide'
                if not low <= size <= high: wrong = wrong or 'outside'
            n[held]['below'] += certainty == 'exact' and stack['settled'] < size
            ordinary = '–' if low is None else low if low == high else f'{low}–{high}'
            row('stacks', version, name, kind, 'held' * held, size, usual, ordinary, stack['settled'], certainty,
                ' '.join(f"{d['what']}:{d['name']}" for d in stack.get('dependsOn') or []) or '–', 'ok' if not wrong else 'SHORT',
                wrong or f'{many} of {count}')
        for held in (False, True):
            c = n[held]
            points, ranges = c['points'], c['ranges']
            fine = points and c['equal'] >= 0.8 * points and c['near'] >= 0.95 * points and c['inside'] == ranges \
                and not c['below'] and not c['unknown']
            row('sizes', version, 'held back' if held else 'in sight', sum(c[k] for k in ('points', 'ranges', 'unknown')),
                points, c['equal'], c['near'], ranges, c['inside'], c['unknown'], c['below'], 'ok' if fine else 'SHORT')
