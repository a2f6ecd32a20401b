"""Frames, as above, of cmd/go built in other ways (see scripts/corpus), through GNU objdump: stripped, pie
and v3 (GOAMD64=v3; also live through Go's objdump and from its saved text) of every version; extpie,
noopt, cgo and race of the first one. --wide: every build of every version, cmd/compile as well.
"""
import os
from frames import check_frames
from programs import Scan, corpus, saved_text, table_of, with_tools

BUILDS = {'stripped': 'all', 'pie': 'all', 'v3': 'all', 'extpie': 'first', 'noopt': 'first', 'cgo': 'first',
          'race': 'first'}  # of which versions

def check_builds(o, env, folder):
    for program in ('go', 'compile')[:1 + o.wide]:
        for build, versions in BUILDS.items():
            for version in o.versions if versions == 'all' or o.wide else o.versions[:1]:
                for arch in o.archs:
                    if build == 'v3' and arch != 'amd64': continue
                    binary = corpus(program, version, arch, build)
                    if not binary: continue
                    truth, env = table_of(binary), with_tools(env, version)
                    for disassembler in ('gnu', 'go', 'go-text') if build == 'v3' else ('gnu',):
                        what = (f'{program}, {build}', version, arch, disassembler)
                        one_scan(o, binary, disassembler, truth, what, env, folder)

def one_scan(o, binary, disassembler, truth, what, env, folder):
    """The frames of a binary, live or (-text) by saved text."""
    source = binary
    if disassembler.endswith('-text'):
        source = os.path.join(folder, 'saved.txt')
        saved_text(disassembler.removesuffix('-text'), binary, source, env)
        disassembler = None
    scan = Scan(o.fathom, source, disassembler, env, os.path.join(folder, 'scan.ndjson'), o.jobs)
    if source != binary: os.unlink(source)
    check_frames(scan, truth, what)
    return scan
