"""Cmd/go built with -ldflags="-s -w", through GNU and LLVM: its rows against the unstripped one's, every
field but `aliases`, function by function of the linker's table. Falls short when one differs or is
missing; rows that the table does not have (C, data symbols) and targets among them are left out.
--wide: cmd/compile as well.
"""
import collections, os
from programs import Scan, corpus, pairs, readers, table_of
from report import row, say, skipped

def check_stripped(o, program, version, arch, env, folder):
    whole, bare = corpus(program, version, arch), corpus(program, version, arch, 'stripped')
    table = table_of(whole)
    spools = [os.path.join(folder, name) for name in ('whole.ndjson', 'bare.ndjson')]
    for disassembler in readers(o, arch):
        if disassembler == 'go': continue  # «no symbol section»
        if (disassembler, arch) == ('gnu', 's390x'):
            skipped.append('s390x, stripped, through GNU: its objdump loses step, and fathom refuses it')
            continue
        scans = [Scan(o.fathom, *pair) for pair in
                 ((whole, disassembler, env, spools[0], o.jobs), (bare, disassembler, env, spools[1], o.jobs))]
        equal = missing = untabled = 0
        fields, different = collections.Counter(), 0
        for entry, want, got in pairs(*spools):
            if entry not in table: untabled += 1; continue
            if want is None or got is None:
                missing += 1
                say(f'  only in one: {(want or got)["name"]} at {entry:#x}')
                continue
            for record in (want, got):
                del record['aliases']
                for call in record['calls']:
                    target = call['targetEntry']
                    if target is None or int(target, 16) not in table: call['target'] = None
            keys = [key for key in want.keys() | got.keys() if want.get(key) != got.get(key)]
            if not keys: equal += 1; continue
            different += 1
            fields.update(keys)
            shown = (first_unlike(k, want[k], got[k]) for k in keys)
            if different < 20: say(f'  {want["name"]} at {entry:#x}:', *shown)
        failure = scans[0].failure or scans[1].failure
        row('stripped', program, version, arch, disassembler, len(table), equal, different, missing, untabled,
            'SHORT' if equal != len(table) or failure else 'ok',
            '; '.join(filter(None, (failure, ' '.join(f'{k} {n}' for k, n in fields.most_common())))))

def first_unlike(key, want, got):
    if isinstance(want, list):
        lengths = f'({len(want)}, {len(got)})'
        want, got = next(((a, b) for a, b in zip(want, got) if a != b), lengths * 2)
    return f'{key}: {want}, stripped {got};'
