"""The kinds of every function's defers, the same through every disassembler; and each defer statement of
cmd/go's packages and of net/http against the Go compiler's word: built with `-gcflags=-d=defer`, it prints
of each how it compiled it (Go `src/cmd/compile/internal/ssagen/ssa.go`). Falls short when one is missed,
invented or of another kind. A statement whose function the linker dropped is left out: the scan has no
function of its file that begins between the `func` line before it and it. --wide: also each statement of
the standard library in cmd/go.
"""
import collections, os, re, subprocess, urllib.parse
from programs import corpus
from report import row, say

KINDS = {'heap-allocated': 'heap', 'stack-allocated': 'stack', 'open-coded': 'open'}
Package = collections.namedtuple('Package', 'symbol folder files')
Site = collections.namedtuple('Site', 'package file line kind')

def check_kinds(kinds, first, scan, what):
    """Every function's kinds of defers, against those that the first disassembler showed."""
    differing = [e for e in sorted(kinds.keys() | first.keys()) if kinds.get(e) != first.get(e)]
    for e in differing[:10]:
        name = scan.functions[e]['name'] if e in scan.functions else hex(e)
        say(f'  defers of {name}: {kinds.get(e)}, the first disassembler showed {first.get(e)}')
    count = collections.Counter(site[0] for sites in kinds.values() for site in sites)
    flags = [sum(site[i] for sites in kinds.values() for site in sites) for i in (1, 2)]
    row('defers', *what, len(kinds), *(count[k] for k in ('open', 'stack', 'heap', 'range')), *flags, len(differing),
        'SHORT' if differing or scan.failure else 'ok')

def listed(go, patterns, env, source):
    """The packages that patterns name, by import path."""
    form = '{{.ImportPath}}\t{{.Name}}\t{{.Dir}}\t{{range .GoFiles}}{{.}} {{end}}{{range .CgoFiles}}{{.}} {{end}}'
    run = subprocess.run([go, 'list', '-f', form, *patterns], env=env, cwd=source, text=True, check=True,
                         stdout=subprocess.PIPE)
    packages = {}
    for line in run.stdout.splitlines():
        path, name, folder, files = line.split('\t')
        packages[path] = Package('main' if name == 'main' else path, folder, frozenset(files.split()))
    return packages

def said(report, packages):
    """The sites of a compiler's report that stand in files of the packages."""
    package = None
    for line in report:
        if line.startswith('# '): package = packages.get(line.split()[1])
        site = re.match(r'(?:\S*/)?([^/\s]+\.go):(\d+):\d+: (\S+) defer$', line)
        if site and package and site[1] in package.files:
            yield package, Site(package.symbol, site[1], int(site[2]), KINDS[site[3]])

def is_linked(package, site, beginnings, declarations={}):
    """Whether the scan has a function of this file that begins between the statement's `func` line and it."""
    path = os.path.join(package.folder, site.file)
    if path not in declarations:
        with open(path, encoding='utf8', errors='replace') as lines:
            declarations[path] = [number for number, text in enumerate(lines, 1) if text.startswith('func ')]
    first = max((number for number in declarations[path] if number <= site.line), default=1)
    return any(first <= line <= site.line for line in beginnings[site.package, site.file])

def check_compiler(records, scan, what, patterns, env):
    """A scan's sites against those that the compiler's report has."""
    _, version, arch, _ = what
    goroot = os.path.join(env['FATHOM_TOOLS'], 'go', version, 'go')
    packages = listed(os.path.join(goroot, 'bin', 'go'), patterns, {**env, 'GOOS': 'linux', 'GOARCH': arch},
                      os.path.join(goroot, 'src'))
    by_symbol = {package.symbol: package for package in packages.values()}
    found, beginnings = collections.Counter(), collections.defaultdict(set)
    for _, record in records:
        package = by_symbol.get(urllib.parse.unquote(record['package'] or ''))
        folder, file = os.path.split(record['file'] or '')
        # By go:linkname a body may be one that another package wrote.
        if not package or file and os.path.basename(folder) != os.path.basename(package.folder): continue
        beginnings[package.symbol, file].add(record['line'] or 0)
        for site in record['deferSites']:
            name = os.path.basename(site['file'] or '')
            # The compiler says of a range function's defer that it is on the heap.
            kind = 'heap' if site['kind'] == 'range' else site['kind']
            if name in package.files: found[Site(package.symbol, name, site['line'], kind)] += 1
    with open(corpus('std-defers', version, arch)) as report:
        sites = list(said(report, packages))
    expected = {site for package, site in sites if is_linked(package, site, beginnings)}
    lines = {site[:3] for site in expected}
    missed = [site for site in expected if not any(Site(*site[:3], kind) in found for kind in KINDS.values())]
    other = [site for site in found if site[:3] in lines and site not in expected]
    invented = [site for site in found if site[:3] not in lines]
    for word, wrong in (('missed', missed), ('another kind', other), ('invented', invented)):
        for site in sorted(wrong)[:20]: say(f'  {word}: {site.package} {site.file}:{site.line} {site.kind}')
    dropped = len({site for _, site in sites}) - len(expected)
    short = not expected or missed or other or invented or scan.failure
    row('compiler', *what, ' '.join(patterns), len(expected), dropped, len(expected) - len(missed), len(missed),
        len(other), len(invented), 'SHORT' if short else 'ok')
