"""Cmd/go: every file and line of every row and site, live through GNU and LLVM against live through Go's
objdump, and all that a scan of Go's saved text has (go-text) against the same. Falls short when one
differs; sites that only one of the two has are counted in `lone`. A text's endLine is no failure: it
takes lines inlined from another file of the same name for the function's. --wide: all programs.
"""
import collections, os
from programs import pairs
from report import row, say

SITES = ('deferSites', 'atomics', 'calls', 'indirectCalls', 'goStatements')

def lines_in(record, text):
    """What a row says of files and lines, by site. Text has no callers, and file names without their folder."""
    told = {('function', record['entry']): {key: record[key] for key in ('file', 'line', 'endLine')}}
    for key in SITES:
        for site in record[key]:
            told[key, site['address']] = {k: site.get(k) for k in ('file', 'line', 'callerFile', 'callerLine')}
    if text:
        for fields in told.values():
            fields['file'] = fields['file'] and os.path.basename(fields['file'])
            fields.pop('callerFile', None), fields.pop('callerLine', None)
    return told

def check_lines(reference, spool, scan, what, text):
    functions = fields = equal = lone = 0
    unlike = collections.Counter()
    for _, want, got in pairs(reference, spool):
        if want is None or got is None: lone += 1; continue
        functions += 1
        name, want, got = want['name'], lines_in(want, text), lines_in(got, text)
        lone += len(want.keys() ^ got.keys())
        for site in want.keys() & got.keys():
            fields += len(want[site])
            if want[site] == got[site]: equal += len(want[site]); continue
            for key, value in want[site].items():
                if value == got[site][key]: equal += 1
                else:
                    unlike[key] += 1
                    if unlike[key] <= 10:
                        say(f'  {key} of {" ".join(site)} ({name}): {got[site][key]}, live through Go {value}')
    endings = collections.Counter(endLine=unlike['endLine'] if text else 0)
    row('lines', *what, functions, fields, equal, fields - equal, lone,
        'SHORT' if +unlike - endings or not fields or scan.failure else 'ok',
        ' '.join(f'{k} {n}' for k, n in unlike.items()))
