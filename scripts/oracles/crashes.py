"""Samples/crashes, ended in each of its ways (GOTRACEBACK=system), built plain, as PIE, stripped and with cgo,
by every version: each frame's fp − sp against the model's callCost; each frame's class by its name; the
chain against the traceback's own lines, down to runtime.goexit; of the three-function overflow the bytes of
a turn by model and by measure, and how many frames fit against how many the runtime counted. Falls short
when anything differs, the count by more than 1 %.
"""
import collections, json, os, re, subprocess, sys
from programs import ROOT, with_tools
from report import row, skipped

WAYS = ('assertion badpointer callback closed deadlock direct goroutine index inlined interface labels lockhang maprace memory '
        'mutual nested nilmap nilpointer recovered string three').split()
CRASH_BUILDS = {'plain': [], 'pie': ['-buildmode=pie'], 'stripped': ['-ldflags=-s -w'], 'cgo': []}

def class_of(name):
    """The classes that a function of this name may have; the sample has no dependency."""
    if name.startswith('_cgoexp_') or '._Cfunc_' in name: return {'cgo'}
    if name.startswith('main.'): return {'own'}
    if name == 'panic' or name.startswith('runtime.'): return {'machinery', 'runtime', 'cgo', 'assembly'}
    return {'std', 'machinery', 'runtime', 'assembly'} if name.startswith('internal/') else {'std', 'machinery'}

def printed(text):
    """The functions of the first goroutine in the traceback, and of the runtime's stack before it."""
    blocks = re.split(r'\n\n', text[text.index('\ngoroutine ' if '\nruntime stack:' not in text else '\nruntime stack:') + 1:])
    lines = [[line for line in block.split('\n')[1:] if re.match(r'[^\t. ].*\)$', line) and not line.startswith('created by')]
             for block in blocks[:2 if blocks[0].startswith('runtime stack:') else 1]]
    return [re.sub(r'\([^()]*\)$', '', line) for block in lines for line in block]

def check_crashes(o, env, folder):
    for version in o.versions:
        for build, flags in CRASH_BUILDS.items():
            binary, log = os.path.join(folder, f'crashes-{version}-{build}'), os.path.join(folder, 'log.txt')
            settings = {**with_tools(env, version), 'CGO_ENABLED': '1' if build == 'cgo' else '0'}
            run = subprocess.run(['go', 'build', *flags, '-o', binary, '.'], cwd=os.path.join(ROOT, 'samples', 'crashes'),
                                 env=settings, stdout=sys.stderr)
            if run.returncode and build == 'cgo':
                skipped.append(f'crashes {version} {build}')
                continue
            run.check_returncode()
            n, wrong = collections.Counter(), []
            turns = predicted = None
            for way in WAYS:
                # Of a program that calls C the runtime does not know whether all of it waits.
                if way == ('deadlock' if build == 'cgo' else 'callback'): continue
                with open(log, 'w') as f:
                    subprocess.run([binary, way], stdout=f, stderr=subprocess.STDOUT, env={**env, 'GOTRACEBACK': 'system'},
                                   timeout=60)
                said = subprocess.run([o.fathom, 'crash', log, binary, '--format', 'ndjson'], stdout=subprocess.PIPE, env=settings)
                records = [json.loads(line) for line in said.stdout.splitlines()]
                crashes = [r for r in records if r['record'] == 'crash']
                frames = [r for r in records if r['record'] == 'frame']
                n['crashes'] += 1
                n['frames'] += len(frames)
                if said.returncode or len(crashes) != 1 or crashes[0]['binary'] != 'same': wrong.append(f'{way}: not one crash of the binary')
                with open(log, errors='replace') as f: text = f.read()
                names = [f['function'] for f in frames]
                ends = frames and (names[-1] == 'runtime.goexit' or len(frames) >= 100 and crashes[0]['elided'] is None)
                # A goroutine that only waits has nothing to do with the runtime's stack.
                whole = printed(text)
                if not ends or names not in (whole, whole[-len(names):]):
                    n['incomplete'] += 1
                    wrong.append(f'{way}: the chain')
                asks = [i for i, f in enumerate(frames) if f['function'] == 'runtime.morestack']
                for i, f in enumerate(frames):
                    if f['class'] not in class_of(f['function']):
                        n['misclassed'] += 1
                        wrong.append(f"{way}: {f['function']} {f['class']}")
                    # Who asks for room has no frame yet.
                    if f['measured'] is None or f['callCost'] is None or asks and i == asks[0] + 1: continue
                    n['compared'] += 1
                    if f['measured'] == f['callCost']: n['equal'] += 1
                    else: wrong.append(f"{way}: {f['function']} {f['measured']} {f['callCost']}")
                if way == 'three':
                    crash = crashes[0]
                    if crash['lapBytes'] != crash['lapMeasured']: wrong.append('three: the turn')
                    turns, predicted = crash['lapFrames'], crash['turns'] * len(crash['lap'])
                    if crash['elided'] is None: turns = None
                    elif abs(predicted - turns) > turns / 100: wrong.append('three: the count')
            row('crashes', version, build, n['crashes'], n['frames'], n['compared'], n['equal'], n['compared'] - n['equal'],
                n['misclassed'], n['incomplete'], turns or '–', predicted, 'ok' if not wrong else 'SHORT', '; '.join(wrong[:3]))
