"""The tables that checkers fill, and what they say meanwhile."""
import collections, sys

COLUMNS = {
    'frames': 'program version arch disassembler functions exact wrong uncertain missing C uncounted seconds '
              'undecoded result note',
    'origins': 'program version arch disassembler own dependency std runtime compiler c unknown wrongly result',
    'atomics': 'program version arch disassembler expected found missed invented result',
    'defers': 'program version arch disassembler functions open stack heap range looping needless differ result',
    'compiler': 'program version arch disassembler packages sites dropped found missed other invented result',
    'lines': 'program version arch disassembler functions fields equal differ lone result note',
    'stripped': 'program version arch disassembler functions equal differ missing untabled result note',
    'debian': 'program version arch functions named unnamed missing own ownFrom modulePath verify result',
    'verify': 'program version arch disassembler exit frame defers bounds lines foreign result',
    'systems': 'program version system disassembler exit frame defers bounds lines foreign result',
    'altered': 'program version arch text function exit named result',
    'crashes': 'version build crashes frames compared equal differ misclassed incomplete turns predicted result note',
    'stacks': 'version body kind held measured usual ordinary worst certainty dependsOn result note',
    'painted': 'version function measured worst certainty distance result',
    'certainty': 'program version own exact bounded atLeast percent cycle indirectCall missing foreign '
                 'uncertainFrame slack result',
    'pastes': 'mangling listings equal uncertain refused differ lost result note',
    'sizes': 'version bodies count points equal within-a-doubling ranges inside unknown exact-and-below result',
}
TITLES = {'frames': 'frames, against the linker', 'origins': 'whose code it is',
          'atomics': 'atomics, against objdump -d',
          'defers': 'defers, one disassembler against the other',
          'compiler': 'defers, against the compiler',
          'lines': "lines, against a live scan through Go's objdump",
          'stripped': 'rows of stripped programs, against the unstripped ones',
          'debian': "Debian's stripped programs, against the linker's names",
          'verify': 'fathom verify: agree/disagree/uncertain',
          'systems': 'fathom verify of other systems: agree/disagree/uncertain', 'altered': 'fathom verify, one reservation altered',
          'crashes': 'samples/crashes: fp − sp as the runtime printed it, against the model',
          'painted': 'bytes of stack that functions have written, against their worst cases',
          'certainty': "worst cases of a program's own functions; causes: how many, and how many outside of the runtime",
          'pastes': 'mangled listings, against the listings as they were printed',
          'stacks': 'the stacks of running goroutines', 'sizes': 'the same, counted'}
THROUGH = {'go': '`go tool objdump`', 'gnu': 'GNU objdump', 'llvm': 'llvm-objdump'}
skipped = []
tables = {name: [] for name in COLUMNS}

def say(*words): print(*words, file=sys.stderr, flush=True)

def row(table, *cells):
    tables[table].append([str(c) for c in cells])
    say(f'{table}:', *cells)

def show():
    for name, rows in tables.items():
        if not rows: continue
        rows = [COLUMNS[name].split(), *rows]
        print(f'# {TITLES[name]}')
        widths = [max(map(len, column)) for column in zip(*rows)] if sys.stdout.isatty() else None
        for cells in rows:
            print('  '.join(c.ljust(w) for c, w in zip(cells, widths)).rstrip() if widths else '\t'.join(cells))
        print()
    summary()
    results = [r[COLUMNS[name].split().index('result')] for name, rows in tables.items() for r in rows]
    short = sum(r != 'ok' for r in results)
    for what in dict.fromkeys(skipped): print(f'skipped: {what}')
    print(f'{len(results)} lines, {short} of them fall short' + f', {len(set(skipped))} skipped' * bool(skipped))
    return 1 if short or not results else 0

def summary():
    """The frames by disassembler, as the README has them."""
    cell = {name: i for i, name in enumerate(COLUMNS['frames'].split())}
    sums = collections.defaultdict(lambda: [0] * 5)
    for cells in tables['frames']:
        counts = [cells[cell[name]] for name in ('functions', 'exact', 'wrong', 'uncertain', 'missing')]
        name = cells[cell['disassembler']]
        if name in THROUGH and all(map(str.isdigit, counts)):
            sums[name] = [a + int(b) for a, b in zip(sums[name], counts)]
    if not sums: return
    print('| through | functions | exact | wrong | uncertain | missing |\n|---|---:|---:|---:|---:|---:|')
    for name, counts in sums.items(): print('|', THROUGH[name], '|', ' | '.join(f'{n:,}' for n in counts), '|')
    print()
