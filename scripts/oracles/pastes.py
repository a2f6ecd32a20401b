"""Fifteen of samples/listings, each as people and tools hand listings on: what the model of the mangled text is, against
the model of the text as it was printed. Right is an equal model, or a refusal that names its cause: exit 2, and what was lost."""
import json, os, re, subprocess
from report import row

SAMPLES = ('amd64.go', 'amd64.gnu', 'amd64.llvm', 'amd64.intel', 'amd64.gnu-noraw', 'amd64.gdb', 'amd64.gdb-raw', 'amd64.delve',
           'amd64.compiler', 'arm64.go', 'arm64.gnu', 'arm64.llvm', 'arm64.gdb', '386.go', 'riscv64.gnu-one')

def lines(change, ends='\n'):
    """A mangling of each line by itself; `change` gets the line and its number."""
    return lambda text: ''.join(change(line, i) + ends for i, line in enumerate(text.split('\n')[:-1], 1)).encode()

def capitals(text):
    """The digits of numbers in capitals: addresses, bytes, and what begins with 0x; no names, no mnemonics."""
    number = re.compile(r'0x[0-9a-f]+|(?<![\w.%$])(?:[0-9a-f]{2}(?= )|[0-9a-f]{5,16})(?![\w.])|(?<=: )[0-9a-f]{2}\b')
    def part(word):
        return word if word.startswith('<') else number.sub(lambda m: m[0].upper() if m[0] != 'dec' else m[0], word)
    return ''.join(part(word) for word in re.split(r'(<[^ ]*>)', text))

def escaped(text):
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')

def coloured(line, i):
    return re.sub(r'(0x)?[0-9a-f]{5,}', lambda m: f'\x1b[32m{m[0]}\x1b[0m', line, count=1) + '\x1b[K'

def time(i):
    return f'2026-11-28T15:{i // 60 % 60:02}:{i % 60:02}.{i * 7919 % 9999999}Z '

def combined(line, i):
    return f'> {i:5}  \x1b[2m{line.expandtabs()}\x1b[0m  '

def cut(width):
    return lines(lambda line, i: line.expandtabs()[:width])

MANGLINGS = {
    'BOM': lambda text: b'\xef\xbb\xbf' + text.encode(),
    'UTF-16LE with a BOM': lambda text: b'\xff\xfe' + text.encode('utf-16-le'),
    'UTF-16BE': lambda text: text.encode('utf-16-be'),
    'CRLF': lines(lambda line, i: line, '\r\n'),
    'TABs as blanks': lines(lambda line, i: line.expandtabs()),
    'runs of blanks as one': lines(lambda line, i: re.sub(r'[ \t]+', ' ', line)),
    'without indentation': lines(lambda line, i: line.expandtabs().strip()),
    'quoted': lines(lambda line, i: f'> {line}'),
    'quoted twice, blanks': lines(lambda line, i: f'> > {line.expandtabs()}'.rstrip()),
    'indented by 4': lines(lambda line, i: f'    {line}'),
    'indented by a TAB': lines(lambda line, i: f'\t{line}'),
    'line numbers, cat -n': lines(lambda line, i: f'{i:6}\t{line}'),
    'line numbers, grep -n': lines(lambda line, i: f'{i}:{line}'),
    'a log with times': lines(lambda line, i: time(i) + line),
    'a log of pods': lines(lambda line, i: f'[pod/web-7d9f/app] {time(i)}stdout F {line}'),
    'colours': lines(coloured),
    'no-break blanks': lines(lambda line, i: line.expandtabs().replace(' ', '\u00a0')),
    'blanks at the ends': lines(lambda line, i: line + '   '),
    'an empty line between': lines(lambda line, i: line + '\n'),
    'capital digits': lines(lambda line, i: capitals(line)),
    "HTML's entities": lambda text: escaped(text).encode(),
    'quoted, numbered, coloured': lines(combined),
    'cat -A': lines(lambda line, i: line.replace('\t', '^I') + '$'),
    'backticks': lines(lambda line, i: f'`{line}`'),
    'CSV': lines(lambda line, i: f'{i},"{line}"'),
    'strings of JSON': lines(lambda line, i: json.dumps(line) + ','),
    "a table's cells": lines(lambda line, i: f'| {line.expandtabs()} |'),
    "a shell's newlines": lines(lambda line, i: line + ' \\'),
    'HTML breaks': lines(lambda line, i: line + '<br>'),
    "an editor's arrows": lines(lambda line, i: line.replace('\t', '\u2192   ')),
    'without the last newline': lambda text: text.rstrip('\n').encode(),
    **{f'cut at {width} columns': cut(width) for width in (40, 60, 80)},
}

def model(o, path, env):
    """The functions as records, the end's status, what was not understood; or the refusal."""
    run = subprocess.run([o.fathom, 'scan', path, '--no-cache', '--format', 'ndjson'], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    records = [json.loads(line) for line in run.stdout.splitlines()]
    functions = [r for r in records if r['record'] == 'function']
    return run.returncode, functions, run.stderr.decode('utf8', 'replace').strip()

def check_pastes(o, env, folder):
    originals = {}
    for sample in SAMPLES:
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f'../../samples/listings/features.{sample}.txt')
        with open(path, encoding='utf8') as text: originals[sample] = text.read(), model(o, path, env)
    for name, mangle in MANGLINGS.items():
        equal, unsure, refused, differ, lost, notes = 0, 0, 0, 0, 0, []
        for sample, (text, (code, functions, said)) in originals.items():
            path = os.path.join(folder, 'paste.txt')
            with open(path, 'wb') as out: out.write(mangle(text))
            got_code, got, got_said = model(o, path, env)
            # The compiler's listing has no addresses: a function stands where its text does.
            if sample.endswith('compiler'): got, functions = relative(got), relative(functions)
            if got_code == code == 0 and got == functions and not got_said: equal += 1
            elif got_code == code == 0 and is_unsure(got, functions):
                unsure, notes = unsure + 1, notes + [f'{sample}: {sum(g != f for g, f in zip(got, functions))} uncertain']
            elif got_code == 2 and re.search('cut|broken|breaks off|TABs were lost', got_said):
                refused, notes = refused + 1, notes + [f'{sample}: {got_said[-150:]}']
            else:
                differ, lost = differ + 1, lost + max(0, len(functions) - len(got))
                notes.append(f'{sample}: exit {got_code}, {len(got)} of {len(functions)}')
        row('pastes', name, len(originals), equal, unsure, refused, differ, lost,
            'ok' if equal + unsure + refused == len(originals) else 'SHORT', '; '.join(notes))

def is_unsure(got, functions):
    """Whether what differs is that functions say that they may lack lines: dots at the margin may stand for some."""
    return len(got) == len(functions) and all(
        g == f or g['uncertain'] == 'elided' and {**g, 'uncertain': None} == {**f, 'uncertain': None}
        for g, f in zip(got, functions))

def relative(functions):
    """Functions with their addresses counted from their entries."""
    def plain(value, entry):
        if isinstance(value, dict): return {k: plain(v, entry) for k, v in value.items() if k not in ('targetEntry',)}
        if isinstance(value, list): return [plain(v, entry) for v in value]
        if isinstance(value, str) and re.fullmatch('0x[0-9a-f]{16}', value): return int(value, 16) - entry
        return value
    return [plain(f, int(f['entry'], 16)) for f in functions]
