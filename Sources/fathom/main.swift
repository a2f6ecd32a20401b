import Disassembly
import LibC

// Where a caller closed one of the three, what is opened next would take its number, and get the report.
for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
  // The wrong way round: reading from it, or writing to it, is the error that it should be.
  _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
}

// A reader that goes away, or a file at its limit, is seen where it is written to (Output).
_ = signal(SIGPIPE, SIG_IGN)
_ = signal(SIGXFSZ, SIG_IGN)

Interruption.install()
await Runner.runToTheEnd(ArgumentBytes.ofProcess())
