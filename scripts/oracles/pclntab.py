"""The linker's word: every function of a Go ELF binary with how far its code takes SP down, out of its pclntab.

No instruction is looked at. The table is the one that the runtime unwinds stacks with (Go `src/runtime/symtab.go`,
`src/internal/abi/symtab.go`, `src/debug/gosym/pclntab.go`): its pcsp values are what Go's linker wrote. Go 1.18 and later.

By itself: `pclntab.py BINARY` prints entry, end, bytes and name of each function, TAB-separated.
"""
import collections, mmap, struct, sys

Function = collections.namedtuple('Function', 'entry end frame name assembly')
Section = collections.namedtuple('Section', 'name address offset size')
# Of pcHeader.magic: Go 1.18 and 1.19, Go 1.20 and later.
MAGICS = (0xfffffff0, 0xfffffff1)

class Image:
    """An ELF file's sections, and words by the address that the linker gave them."""
    def __init__(self, path):
        with open(path, 'rb') as file: self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self.bytes[:4] != b'\x7fELF': raise ValueError(f'{path}: no ELF file')
        self.wide, self.order = self.bytes[4] == 2, '<' if self.bytes[5] == 1 else '>'
        self.unlinked = self.read('H', 16) == 1  # go.o of -buildmode=c-archive: all sections begin at 0
        at = self.read('Q' if self.wide else 'I', 0x28 if self.wide else 0x20)
        size, count, names = (self.read('H', (0x3a if self.wide else 0x2e) + 2 * i) for i in range(3))
        headers = [struct.unpack_from(self.order + ('IIQQQQ' if self.wide else 'IIIIII'), self.bytes, at + i * size)
                   for i in range(count)]
        strings = headers[names][4]
        self.sections = [Section(self.text(strings + h[0]), h[3], h[4], h[5]) for h in headers]

    def read(self, form, offset): return struct.unpack_from(self.order + form, self.bytes, offset)[0]

    def text(self, offset): return self.bytes[offset:self.bytes.find(b'\0', offset)].decode('utf8', 'replace')

    def section(self, *endings): return next((s for s in self.sections if s.name.endswith(endings)), None)

    def word(self, address):
        """The word at an address: the loader's, where it relocates it (`R_*_RELATIVE` with an addend)."""
        if self.wide:
            for table in (s for s in self.sections if s.name.startswith('.rela')):
                for at in range(table.offset, table.offset + table.size - 23, 24):
                    where, info, addend = struct.unpack_from(self.order + 'QQq', self.bytes, at)
                    if where == address and info >> 32 == 0: return addend
        home = next(s for s in self.sections if s.address and s.address <= address < s.address + s.size)
        return self.read('Q' if self.wide else 'I', home.offset + address - home.address)

    def symbol(self, name):
        """The address of a symbol; None in a stripped file."""
        symbols, strings = self.section('.symtab'), self.section('.strtab')
        if not symbols or not strings: return None
        for at in range(symbols.offset, symbols.offset + symbols.size, 24 if self.wide else 16):
            if self.text(strings.offset + self.read('I', at)) == name:
                return self.read('Q', at + 8) if self.wide else self.read('I', at + 4)

def table_place(image):
    """Offset and address of the table: its section, or where its header stands in data that gcc or ld merged."""
    section = image.section('.gopclntab')
    if section: return section.offset, section.address
    data = image.section('.data.rel.ro')
    for magic in MAGICS:
        start = struct.pack(image.order + 'IH', magic, 0)
        at = image.bytes.find(start, data.offset, data.offset + data.size) if data else -1
        if at >= 0: return at, data.address + at - data.offset
    raise ValueError('no pclntab')

def text_start(image, address, pointer):
    """What entries count from: `pcHeader.textStart`, which has been 0 since Go 1.26; then `moduledata.text`."""
    if image.unlinked: return 0
    stated = image.word(address + 8 + 2 * pointer)
    if stated: return stated
    module = image.section('.go.module')
    # pcHeader, six slices (funcnametab to ftab), findfunctab, minpc, maxpc: the 23rd word (`runtime/symtab.go`).
    return image.word(module.address + 22 * pointer) if module else image.symbol('runtime.text') or image.section('.text').address

def deepest(image, at, quantum):
    """The highest value of a table of pc-value pairs: varints, of the value's change zigzag, from -1 on."""
    bytes, value, highest, isFirst = image.bytes, -1, 0, True
    def varint():
        nonlocal at
        result = shift = 0
        while True:
            byte = bytes[at]
            at += 1
            result |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80: return result
    while True:
        change = varint()
        if change == 0 and not isFirst: return highest
        isFirst = False
        value += -(change >> 1) - 1 if change & 1 else change >> 1
        highest = max(highest, value)
        varint()

def functions(path):
    """Every function of a binary, or of go.o in an archive of -buildmode=c-archive, by rising entry."""
    image = Image(path)
    start, address = table_place(image)
    if image.read('I', start) not in MAGICS: raise ValueError(f'{path}: a pclntab of Go before 1.18')
    quantum, pointer = image.bytes[start + 6], image.bytes[start + 7]
    word = lambda i: image.read('Q' if pointer == 8 else 'I', start + 8 + i * pointer)
    count, names, values, table = word(0), start + word(3), start + word(6), start + word(7)
    text = text_start(image, address, pointer)
    pairs = struct.unpack_from(f'{image.order}{2 * count + 1}I', image.bytes, table)
    for i in range(count):
        # _func: entryOff, nameOff, args, deferreturn, pcsp; behind four more and, since Go 1.20, startLine: funcID, flag.
        row = table + pairs[2 * i + 1]
        _, name, _, _, pcsp = struct.unpack_from(image.order + 'IiiII', image.bytes, row)
        flag = image.bytes[row + (41 if image.read('I', start) == MAGICS[1] else 37)]
        frame = deepest(image, values + pcsp, quantum) if pcsp else 0
        yield Function(text + pairs[2 * i], text + pairs[2 * i + 2], frame, image.text(names + name),
                       bool(flag & 4))  # abi.FuncFlagAsm

if __name__ == '__main__':
    for f in functions(sys.argv[1]): print(f'{f.entry:x}\t{f.end:x}\t{f.frame}\t{f.name}')
