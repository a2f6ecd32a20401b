"""`fathom verify` of cmd/go for other systems (--systems) through every disassembler: plain of every version,
stripped and pie (not FreeBSD's, which needs its C compiler) of the first one; and of both darwin's in one
universal file. Falls short when one disagrees, or more than 1 in 1,000 (10 in a small program) are
uncertain. A build that a disassembler does not read (Go's none that are stripped, Debian's GNU objdump no
Mach-O) is left out, and counted.
"""
import os, struct
from programs import corpus, with_tools
from report import row, skipped
from verify import told, verified

def check_systems(o, env, folder):
    both = {}
    for version in o.versions:
        tools = with_tools(env, version)
        for system in o.systems:
            for build in ('', 'stripped', 'pie')[:1 if version != o.versions[0] else 2 if 'freebsd' in system else 3]:
                binary = corpus('go', version, system, *[build] * bool(build))
                if system.startswith('darwin-') and (version, build) == (o.versions[0], ''): both[system] = binary
                check_system(o, f'go{", " * bool(build)}{build}', version, system, binary, tools)
    if len(both) < 2: return
    universal = os.path.join(folder, 'universal')
    write_universal(universal, both.values())
    check_system(o, 'go', o.versions[0], 'darwin, universal', universal, with_tools(env, o.versions[0]))
    os.unlink(universal)

def check_system(o, program, version, system, binary, env):
    for disassembler in o.disassemblers:
        code, said = verified(o, env, '--disassembler', disassembler, binary)
        if code == 2:
            # The tool's own refusal: no failure of ours.
            unread = disassembler == 'go' and 'stripped' in program or disassembler == 'gnu' and 'darwin' in system
            if unread: skipped.append(f'{program} {version} {system} {disassembler}')
            else: row('systems', program, version, system, disassembler, code, *'?????', 'SHORT')
            continue
        subjects, cells = told(said)
        frame = subjects.get('frame') or {'agree': 0, 'uncertain': 1}
        unsure = frame['uncertain'] > max(10, frame['agree'] // 1000)
        row('systems', program, version, system, disassembler, code, *cells, said.get('foreignFunctions'),
            'SHORT' if code or unsure or not frame['agree'] else 'ok')

def write_universal(path, binaries):
    """What lipo does: a header (mach-o/fat.h), then the files, each on a page of its own."""
    header, at, page = [0xcafebabe, len(binaries)], 0, 1 << 14
    with open(path, 'wb') as out:
        for binary in binaries:
            with open(binary, 'rb') as whole: content = whole.read()
            at = -(-max(at, 1) // page) * page
            header += [*struct.unpack('<II', content[4:12]), at, len(content), 14]
            out.seek(at)
            out.write(content)
            at += len(content)
        out.seek(0)
        out.write(struct.pack(f'>{len(header)}I', *header))
