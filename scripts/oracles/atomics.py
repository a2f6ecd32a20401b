"""amd64, 386: the addresses of LOCK-prefixed instructions and of XCHG with memory against `objdump -d`.
arm64, arm: read-modify-writes per function against its LSE instructions or exclusive loops, whichever
are more (an atomic is emitted both ways, or in one of them). riscv64, loong64: against its AMOs and
conditional stores.
ppc64le: the addresses of conditional stores. s390x: of compare-and-swap and load-and-operate.
Falls short when one is missed or invented.
"""
import collections, re, subprocess, sys
from programs import X86, loong_objdump
from report import row, say

def picked(binary, pattern, arch, env):
    """The lines of `objdump -d` that match, without holding its hundreds of megabytes."""
    # GNU's takes ten minutes for a large program of arm or riscv64.
    command = {'loong64': [loong_objdump()], 'arm': ['llvm-objdump', '--mcpu=cortex-a15'],
               'riscv64': ['llvm-objdump', '--mattr=+a,+c,+d,+f,+m']}.get(arch, ['objdump'])
    dump = subprocess.Popen([*command, '-d', binary], stdout=subprocess.PIPE, env=env)
    grep = subprocess.run(['grep', '-aE', pattern], stdin=dump.stdout, stdout=subprocess.PIPE, env=env)
    dump.stdout.close()
    if dump.wait(): sys.exit(f'accuracy: {command[0]} -d {binary} failed: does it know this architecture?')
    return grep.stdout.decode('utf8', 'replace').splitlines()

# The instructions that modify memory at once, a conditional store, and the load that it belongs to.
ARM = (r'(cas|swp|(ld|st)(add|clr|eor|set|smax|smin|umax|umin))(a|l|al)?[bh]?|casp(a|l|al)?',
       r'stl?x[rp][bh]?|strex[bhd]?', r'lda?x[rp][bh]?|ldrex[bhd]?')
FORMS = {'arm64': ARM, 'arm': ARM,
         'riscv64': (r'amo(swap|add|and|or|xor|maxu?|minu?)\.[wd](\.aq|\.rl|\.aqrl)?',
                     r'sc\.[wd](\.aq|\.rl|\.aqrl)?', r'lr\.[wd](\.aq|\.rl|\.aqrl)?'),
         # Every amcas stands beside a pair, for machines without it.
         'loong64': (r'am(swap|add|and|or|xor|max|min)(_db)?\.[bhwd]u?', r'sc\.[wd]', r'll\.[wd]')}

# Where one instruction stands for each: locked ones, conditional stores, compare-and-swap and load-and-operate.
ATOMICS = {**dict.fromkeys(X86, r'(lock |xchg .*\()'), 'ppc64le': r'st[bhwd]cx\.',
           's390x': '(cd?s[gy]?|la(a|al|n|o|x)g?)\t'}

def atomics_of(binary, arch, env):
    """Those of ATOMICS: the addresses of all of them. Others: function entry -> read-modify-writes."""
    if arch in ATOMICS:
        return {int(line.split(':', 1)[0], 16) for line in picked(binary, '\t' + ATOMICS[arch], arch, env)}
    forms = [re.compile(f'\t({form})\t') for form in FORMS[arch]]
    counts, entry = collections.defaultdict(lambda: [0, 0, 0]), None
    for line in picked(binary, f'^[0-9a-f]+ <|\t({"|".join(FORMS[arch])})\t', arch, env):
        if line[0] in '0123456789abcdef' and '<' in line[:20]: entry = int(line.split(' ', 1)[0], 16)
        else: counts[entry] = [n + bool(form.search(line)) for n, form in zip(counts[entry], forms)]
    # Literals in the text can look like a store-exclusive (08000028), never like a load and a store.
    join = (lambda one, pairs: one + pairs) if arch in ('riscv64', 'loong64') else max
    return {entry: join(one, min(stores, loads)) for entry, (one, stores, loads) in counts.items()}

def check_atomics(scan, truth, what):
    if isinstance(truth, set):
        found = collections.Counter(a for f in scan.functions.values() for a in f['atomics'])
        missed, invented = truth - found.keys(), found.keys() - truth
        lost, extra, expected = len(missed), len(invented) + sum(n - 1 for n in found.values()), len(truth)
        for word, addresses in (('missed', missed), ('invented', invented)):
            for a in sorted(addresses)[:10]: say(f'  atomic {word} at {a:#x}')
    else:
        found = collections.Counter({e: len(f['atomics']) for e, f in scan.functions.items()})
        lost = extra = 0
        for entry in sorted(found.keys() | truth.keys()):
            off = found[entry] - truth.get(entry, 0)
            lost, extra = lost + max(0, -off), extra + max(0, off)
            name = scan.functions[entry]['name'] if entry in scan.functions else hex(entry)
            if off: say(f'  atomics of {name}: {found[entry]}, objdump shows {truth.get(entry, 0)}')
        expected = sum(truth.values())
    row('atomics', *what, expected, sum(found.values()), lost, extra, 'SHORT' if lost or extra or scan.failure else 'ok')
