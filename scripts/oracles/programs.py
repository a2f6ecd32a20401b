"""The programs that are looked at, the tools that read them, and what fathom says of them."""
import json, os, re, shutil, subprocess, sys, tempfile, time
import pclntab
from report import say, skipped

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
X86 = ('amd64', '386')

def workplace():
    """The settings and the folder that common.bash gives every script."""
    script = '. "$1"; go_env; export FATHOM_TOOLS="$tools"; env -0'
    raw = subprocess.run(['bash', '-c', script, 'accuracy', os.path.join(ROOT, 'scripts', 'common.bash')],
                         stdout=subprocess.PIPE, check=True).stdout
    return dict(e.split('=', 1) for e in os.fsdecode(raw).split('\0') if '=' in e)

def built_fathom():
    if os.environ.get('FATHOM'):
        path = shutil.which(os.environ['FATHOM'])
        if not path: sys.exit(f"accuracy: FATHOM={os.environ['FATHOM']} is no program")
        return os.path.abspath(path)
    subprocess.run(['swift', 'build', '-c', 'release', '--product', 'fathom'], cwd=ROOT, check=True, stdout=sys.stderr)
    return os.path.join(ROOT, '.build', 'release', 'fathom')

def script(name, *what):
    """What a script prints; None, counted, where it needs what this machine does not have."""
    run = subprocess.run([os.path.join(ROOT, 'scripts', name), *what], text=True, stdout=subprocess.PIPE)
    if run.returncode == 3:
        skipped.append(' '.join(what))
        say('SKIPPED:', skipped[-1])
        return None
    run.check_returncode()
    return run.stdout.strip()

def corpus(*what): return script('corpus', *what)

def with_tools(env, version):
    return {**env, 'PATH': os.pathsep.join((os.path.join(env['FATHOM_TOOLS'], 'bin'),
                                             os.path.join(env['FATHOM_TOOLS'], 'go', version, 'go', 'bin'),
                                             env['PATH']))}

def table_of(binary):
    """The linker's table: entry -> deepest SP offset, name, and whether it is assembly."""
    with open(binary, 'rb') as file: isArchive = file.read(8) == b'!<arch>\n'
    if not isArchive: return {f.entry: (f.frame, f.name, f.assembly) for f in pclntab.functions(binary)}
    with tempfile.NamedTemporaryFile() as member:
        subprocess.run(['ar', 'p', binary, 'go.o'], stdout=member, check=True)
        return {f.entry: (f.frame, f.name, f.assembly) for f in pclntab.functions(member.name)}

def loong_objdump():
    """An llvm-objdump that knows loong64, which Debian's GNU objdump does not; None where there is none."""
    return next((tool for n in range(40, 15, -1) if (tool := shutil.which(f'llvm-objdump-{n}'))), None)

def readers(o, arch):
    """The disassemblers asked for that read a machine's code."""
    if arch != 'loong64': return [d for d in ('go', 'gnu', 'llvm') if d in o.disassemblers]
    if 'llvm' in o.disassemblers and not loong_objdump():
        skipped.append('loong64 through LLVM: llvm-objdump 16 or later is missing (Debian: llvm-19)')
    return [d for d in ('go', 'llvm') if d in o.disassemblers and (d == 'go' or loong_objdump())]

def saved_text(name, binary, path, env):
    """Saved text as a user has it. None: that tool is not here."""
    command = {'intel': ['objdump', '-d', '-M', 'intel'], 'llvm14': ['llvm-objdump-14', '-d'],
               'go': ['go', 'tool', 'objdump'], 'gnu': ['objdump', '-d']}[name]
    if not shutil.which(command[0], path=env['PATH']): return None
    with open(path, 'wb') as out: subprocess.run([*command, binary], stdout=out, env=env, check=True)
    if name in ('go', 'gnu'): return ''
    unknown = subprocess.run(['grep', '-ac', '<unknown>', path], stdout=subprocess.PIPE, text=True).stdout.strip()
    return f'{unknown} printed as <unknown>'

class Scan:
    """One run of fathom and what it said. The stream itself stays in `spool` until the next run."""
    def __init__(self, fathom, source, disassembler, env, spool, jobs=None):
        command = [fathom, 'scan', source, '--no-cache', '--format', 'ndjson']
        if disassembler: command += ['--disassembler', disassembler]
        if jobs: command += ['--jobs', str(jobs)]
        self.functions, self.header, self.end, self.failure, self.repeated = {}, {}, None, None, 0
        with open(spool, 'wb') as out, tempfile.TemporaryFile() as err:
            start = time.perf_counter()
            code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env).returncode
            self.seconds = time.perf_counter() - start
            err.seek(0)
            complaint = err.read()[-2000:].decode('utf8', 'replace').strip()
        with open(spool, 'rb') as lines:
            for number, line in enumerate(lines, 1):
                try: record = json.loads(line)
                except ValueError as error:
                    self.failure = f'line {number} is not JSON ({error})'
                    break
                if record.get('record') == 'header': self.header = record
                if record.get('record') == 'end': self.end = record
                if 'entry' not in record: continue
                entry = int(record['entry'], 16)
                if entry in self.functions: self.repeated += 1
                else: self.functions[entry] = {
                    'name': record['name'], 'aliases': record['aliases'], 'origin': record['origin'],
                    'file': record['file'], 'frame': record['frameBytes'], 'uncertain': record.get('uncertain'),
                    'atomics': [int(a['address'], 16) for a in record.get('atomics', ())],
                    'defers': [(d['kind'], bool(d.get('looping')), bool(d.get('needless')))
                               for d in record.get('deferSites', ())],
                    'undecoded': record.get('undecoded') or 0}
        if code: self.failure = f'exit {code}'
        elif not self.end: self.failure = self.failure or 'the stream has no end record'
        elif self.end.get('status') != 'complete': self.failure = f"status {self.end.get('status')}"
        elif self.repeated: self.failure = f'{self.repeated} functions twice'
        if self.failure and complaint: say(complaint)

def rows_of(spool):
    with open(spool, 'rb') as lines:
        for line in lines:
            if line.startswith(b'{"record":"function"'):
                record = json.loads(line)
                yield int(record['entry'], 16), record

def pairs(one, other):
    """Rows of two scans by entry, both in address order; None where one has none."""
    one, other, end = rows_of(one), rows_of(other), (float('inf'), None)
    a, b = next(one, end), next(other, end)
    while a[1] or b[1]:
        at = min(a[0], b[0])
        yield at, a[1] if a[0] == at else None, b[1] if b[0] == at else None
        if a[0] == at: a = next(one, end)
        if b[0] == at: b = next(other, end)
