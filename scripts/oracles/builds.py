"""Frames, as above, of cmd/go built in other ways (see scripts/corpus), through GNU objdump: stripped, pie
and v3 (GOAMD64=v3; also live through Go's objdump and from its saved text) of every version; extpie,
noopt, cgo, race, plugin, c-shared, c-archive, asan, msan and cover of the first one; and with the settings of the
machines that have them (GOARM, GOPPC64, …), with FIPS and boringcrypto. --wide: every build of every version,
cmd/compile as well.
"""
import os
from frames import check_frames
from programs import Scan, corpus, saved_text, table_of, with_tools

BUILDS = {'stripped': 'all', 'pie': 'all', 'v3': 'all', 'extpie': 'first', 'noopt': 'first', 'cgo': 'first',
          'race': 'first', 'plugin': 'first', 'c-shared': 'first', 'c-archive': 'first', 'asan': 'first',
          'msan': 'first', 'cover': 'first'}  # of which versions
AMD64 = ('v3', 'c-archive', 'asan', 'msan')
SETTINGS = (('amd64', 'GOAMD64=v2'), ('amd64', 'GOAMD64=v4'), ('amd64', 'GOFIPS140=latest'),
            ('amd64', 'GOEXPERIMENT=boringcrypto'), ('arm', 'GOARM=5'), ('arm', 'GOARM=6'), ('arm', 'GOARM=7'),
            ('ppc64le', 'GOPPC64=power8'), ('ppc64le', 'GOPPC64=power9'), ('ppc64le', 'GOPPC64=power10'))

def check_builds(o, env, folder):
    for program in ('go', 'compile')[:1 + o.wide]:
        for build, versions in BUILDS.items():
            for version in o.versions if versions == 'all' or o.wide else o.versions[:1]:
                for arch in o.archs:
                    if build in AMD64 and arch != 'amd64': continue
                    binary = corpus(program, version, arch, build)
                    if not binary: continue
                    truth, env = table_of(binary), with_tools(env, version)
                    for disassembler in ('gnu', 'go', 'go-text') if build == 'v3' else ('gnu',):
                        what = (f'{program}, {build}', version, arch, disassembler)
                        one_scan(o, binary, disassembler, truth, what, env, folder)
        for arch, setting in SETTINGS:
            binary = corpus(program, o.versions[0], arch, setting)
            if not binary: continue
            truth, env = table_of(binary), with_tools(env, o.versions[0])
            # GNU's objdump takes minutes on arm.
            for disassembler in ('go', 'llvm') if arch == 'arm' else ('go', 'gnu', 'llvm'):
                what = (f'{program}, {setting}', o.versions[0], arch, disassembler)
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
