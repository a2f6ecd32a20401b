import Disassembly
import LibC

// Where the caller has closed one of the three standard files, the next file that is opened would take its
// number and get the report.
for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
  // The direction is wrong on purpose: reading from it, or writing to it, is then the error that it should
  // be.
  _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
}

// The loss of a reader, and a file at its size limit, are noticed where the output is written (Output).
_ = signal(SIGPIPE, SIG_IGN)
_ = signal(SIGXFSZ, SIG_IGN)

Interruption.install()
await Runner.runToTheEnd(ArgumentBytes.ofProcess())
