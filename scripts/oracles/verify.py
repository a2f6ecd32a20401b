"""`fathom verify` of cmd/go through Go's and GNU's objdump, agree/disagree/uncertain by subject; and
whether, after the first reservation behind main.main's header in a copy of a listing is made 16 bytes
larger, it exits 1 and names that function.
"""
import json, os, re, subprocess
from programs import corpus, saved_text, with_tools
from report import row, say

def verified(o, env, *arguments):
    run = subprocess.run([o.fathom, 'verify', '--no-cache', '--format', 'json', *arguments], env=env,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return run.returncode, json.loads(run.stdout or '{}')

def told(said):
    """What verify counts, by subject, and as cells of a row; its disagreements are shown."""
    subjects = said.get('subjects', {})
    for d in said.get('disagreements', [])[:20]:
        say(f"  {d['subject']} of {d['name']} at {d['entry']}: the text says {d['text']}, the linker {d['linker']}")
    return subjects, ['{agree}/{disagree}/{uncertain}'.format(**subjects[s]) if subjects.get(s) else '-'
                      for s in ('frame', 'defers', 'bounds', 'lines')]

RESERVATIONS = {('go', 'amd64'): r'SUBQ \$0x([0-9a-f]+), SP', ('gnu', 'amd64'): r'sub +\$0x([0-9a-f]+),%rsp',
                ('go', 'arm64'): r'MOVD.W R30, -([0-9]+)\(RSP\)', ('gnu', 'arm64'): r'str\tx30, \[sp, #-([0-9]+)\]!',
                ('go', '386'): r'SUBL \$0x([0-9a-f]+), SP', ('gnu', '386'): r'sub +\$0x([0-9a-f]+),%esp',
                ('go', 'arm'): r'MOVW.W R14, -0x([0-9a-f]+)\(R13\)', ('gnu', 'arm'): r'str\tlr, \[sp, #-([0-9]+)\]!',
                ('go', 'riscv64'): r'ADDI \$-([0-9]+), X2, X2', ('gnu', 'riscv64'): r'add\tsp,sp,-([0-9]+)',
                ('go', 'loong64'): r'ADDV \$-([0-9]+), R3',
                ('go', 'ppc64le'): r'MOVDU R31,-([0-9]+)\(R1\)', ('gnu', 'ppc64le'): r'stdu +r31,-([0-9]+)\(r1\)',
                ('go', 's390x'): r'MOVD -([0-9]+)\(R0\)\(R15\*1\), R15',
                ('gnu', 's390x'): r'lay\t%r15,-([0-9]+)\(%r15,%r0\)'}
HEADERS = {'go': r'TEXT (.*)\(SB\)', 'gnu': r'[0-9a-f]+ <(.*)>:$'}

def alter(text, to, name, arch):
    """Copies the listing with one reservation behind main.main's header 16 bytes larger: whose it is."""
    header, reservation, function, done = re.compile(HEADERS[name]), re.compile(RESERVATIONS[name, arch]), None, None
    base = 10 if arch in ('arm64', 'riscv64', 'loong64', 'ppc64le', 's390x') or (name, arch) == ('gnu', 'arm') else 16
    with open(text, encoding='utf8', errors='surrogateescape', newline='') as lines, \
         open(to, 'w', encoding='utf8', errors='surrogateescape', newline='') as out:
        for line in lines:
            m = not done and header.match(line)
            if m and (function or m[1] == 'main.main'): function = m[1]
            m = function and not done and reservation.search(line)
            if m:
                done = function
                value = int(m[1], base) + 16
                line = line[:m.start(1)] + (str(value) if base == 10 else f'{value:x}') + line[m.end(1):]
            out.write(line)
    return done

def check_verify(o, program, version, arch, env, folder):
    binary, env = corpus(program, version, arch), with_tools(env, version)
    names = ('go',) if arch == 'loong64' else ('go', 'gnu')
    for disassembler in names:
        code, said = verified(o, env, '--disassembler', disassembler, binary)
        subjects, cells = told(said)
        row('verify', program, version, arch, disassembler, code, *cells, said.get('foreignFunctions'),
            'SHORT' if code or not subjects.get('frame') else 'ok')
    if version != o.versions[0]: return
    saved, copy = os.path.join(folder, 'saved.txt'), os.path.join(folder, 'altered.txt')
    for name in names:
        saved_text(name, binary, saved, env)
        function = alter(saved, copy, name, arch)
        code, said = verified(o, env, binary, copy)
        named = [f"{d['name']}: {d['text']}, {d['linker']}" for d in said.get('disagreements', [])]
        for text in named[:5]: say(f'  {text}')
        ok = code == 1 and len(named) == 1 and function and named[0].startswith(function.removesuffix('.abi0') + ':')
        row('altered', program, version, arch, name, function, code, len(named), 'ok' if ok else 'SHORT')
        os.unlink(saved), os.unlink(copy)
