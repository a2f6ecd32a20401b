"""Stripped programs that nobody here built: docker, gh, caddy, restic, etcdctl and rclone of Debian's
packages, those of s390x and riscv64 too, and its Go 1.19's own compile and go; and the two built with that
Go for arm64. Frames as above; every function of the linker's table named; how many are the program's own,
and what settled it; how `fathom verify` exits. Skipped, and counted, where apt-get does not have them.
"""
import os
from builds import one_scan
from programs import corpus, script, table_of, with_tools
from report import row, say
from verify import verified

DEBIAN = (('docker.io', 'usr/bin/docker'), ('gh', 'usr/bin/gh'), ('caddy', 'usr/bin/caddy'),
          ('restic', 'usr/bin/restic'), ('etcd-client', 'usr/bin/etcdctl'), ('rclone', 'usr/bin/rclone'))

def check_debian(o, env, folder):
    programs = [(os.path.basename(file), 'debian', 'amd64', corpus('debian', package, file))
                for package, file in DEBIAN]
    for arch in ('s390x', 'riscv64'):
        for package, file in DEBIAN:
            # From Debian 13 on, the first one that has riscv64, docker is in a package of its own.
            if (package, arch) == ('docker.io', 'riscv64'): package = 'docker-cli'
            programs.append((os.path.basename(file), 'debian', arch, corpus('debian', package, file, arch)))
    goroot = script('setup', 'debian-1.19')
    if goroot:
        programs += [(os.path.basename(file), 'debian-1.19', 'amd64', os.path.join(goroot, file))
                     for file in ('bin/go', 'pkg/tool/linux_amd64/compile')
                     if os.path.exists(os.path.join(goroot, file))]
        programs += [(program, 'debian-1.19', 'arm64', corpus(program, 'debian-1.19', 'arm64'))
                     for program in ('go', 'compile')]
    for program, version, arch, binary in programs:
        if not binary: continue
        truth = table_of(binary)
        # GNU's objdump loses step in stripped code of s390x, and takes minutes on riscv64.
        disassembler = 'llvm' if arch in ('s390x', 'riscv64') else 'gnu'
        what, tools = (program, version, arch, disassembler), with_tools(env, o.versions[0])
        scan = one_scan(o, binary, disassembler, truth, what, tools, folder)
        code, _ = verified(o, tools, '--disassembler', disassembler, binary)
        found = {e: f for e, f in scan.functions.items() if e in truth}
        other = [(f['name'], truth[e][1]) for e, f in found.items() if truth[e][1] not in (f['name'], *f['aliases'])]
        for name, want in other[:10]: say(f'  {name}: the linker says {want}')
        missing = len(truth) - len(found)
        row('debian', program, version, arch, len(truth), len(found) - len(other), len(other), missing,
            sum(f['origin'] == 'own' for f in scan.functions.values()), scan.header.get('ownFrom'),
            scan.header.get('modulePath'), code, 'SHORT' if other or missing or scan.failure or code else 'ok')
